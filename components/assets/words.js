// Words as they were said, as nodes of text: what does not show is made visible, fenced code has its
// own type, what was searched for is marked.
import { h } from "./prelude.js";

// Characters that hide or turn text. Left alone: tab and line ends, the joiners of emoji and of
// scripts that need them, and the tags of a flag.
const HIDDEN = /\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0000}-\u{e007f}]/gu;
const FENCED = /^```[^\n`]*\n[^]*?^```[ \t]*(?:\n|$)/gm;

/** The parts of a text: those that match, those between. */
function* parts(text, pattern) {
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > at) yield [text.slice(at, found.index), false];
    if (found[0]) yield [found[0], true];
    at = found.index + found[0].length;
  }
  if (at < text.length) yield [text.slice(at), false];
}

function sign(character) {
  const code = character.codePointAt(0);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const shown = code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : name;
  return h("span", { class: "control", title: name, dir: "ltr" }, shown);
}

/** A line of text in which everything is seen, with what `find` matches marked. */
export function seen(text, find = null) {
  const plain = (piece) => [...parts(piece, HIDDEN)].map(([part, isHidden]) => (isHidden ? sign(part) : part));
  if (!find) return plain(text);
  return [...parts(text, find)].map(([part, isHit]) => (isHit ? h("mark", {}, plain(part)) : plain(part)));
}

/** What somebody said: the same, with fenced code in its own type. */
export const words = (text, find = null) =>
  [...parts(text, FENCED)].map(([part, isCode]) => (isCode ? h("code", { class: "block", dir: "ltr" }, seen(part, find)) : seen(part, find)));

/** How often `find` matches in a text. */
export function hits(text, find) {
  let count = 0;
  for (const found of text.matchAll(find)) count += found[0] ? 1 : 0;
  return count;
}

/** The pattern of what is typed into a search: literally, in any case. */
export const pattern = (typed) => (typed ? new RegExp(typed.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu") : null);

/** JSON with a line for each value; any other text as it is. Digits stay as they were sent. */
export function pretty(text) {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    JSON.parse(text);
  } catch {
    return text; // it only looks like JSON
  }
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+|[[{]\s*[\]}]|[[\]{},:]/g, (token) => {
    if (token[0] === '"') return token;
    if (/^\s+$/.test(token)) return "";
    if (token.length > 1) return token[0] + token.at(-1);
    if (token === "[" || token === "{") return (depth += 1, token + line());
    if (token === "]" || token === "}") return (depth -= 1, line() + token);
    return token === "," ? token + line() : ": ";
  });
}
