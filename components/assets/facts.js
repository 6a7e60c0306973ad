// What is known of a session beside what was said: its facts, and the metadata as filters.
import { badge, h, icon, link } from "./prelude.js";
import { copyButton } from "./download.js";
import { clause } from "./metadata.js";
import { absolute, duration, pause, taken } from "./times.js";
import { seen } from "./words.js";

const MANY = 8; // pairs from which on they have a search
const LONGEST = 512; // characters of a value that can be a filter
const LONG_KEY = 16; // characters from which on a pair takes a line for each part
const LONG_VALUE = 60;

/** How long a session lasted; that of a live one goes on. */
function lasted(fact, now) {
  const { since } = fact;
  const length = since === undefined ? fact.duration : now - since;
  if (length === null) return "None";
  const isShort = length < 60000 && since === undefined; // for which minutes say little
  return h("span", { class: "num", title: pause(length), "data-since": since, "data-as": "duration" }, isShort ? taken(length) : duration(length));
}

function value(fact, now) {
  if (fact.badge) return badge(fact.badge);
  if (fact.at !== undefined) return fact.at === null ? "None" : h("span", { class: "num" }, absolute(fact.at));
  if (fact.duration !== undefined) return lasted(fact, now);
  if (fact.taken !== undefined) return h("span", { class: "num" }, taken(fact.taken));
  if (fact.href) return h("a", { class: "outside", href: fact.href, target: "_blank", rel: "noopener noreferrer" }, seen(fact.text), icon("open_in_new", "small"));
  const shown = h("span", { class: fact.is_mono ? "mono" : fact.is_number ? "num" : null }, seen(fact.text));
  return fact.is_copied ? [shown, copyButton("", fact.text, { "aria-label": `Copy the ${fact.label}`, title: "Copy" })] : shown;
}

const group = (title, tool, ...rows) =>
  h("section", { class: "group", "aria-label": title, "data-key": title }, h("header", {}, h("h2", {}, title), tool), rows);

export const information = (facts, address, now) =>
  group("Information", copyButton("Copy link", address), h("dl", {}, facts.map((fact) => h("div", { class: "pair" }, h("dt", {}, fact.label), h("dd", {}, value(fact, now))))));

function pairValue(key, told) {
  if (told.length > LONGEST || !told) return h("span", { class: "value" }, told ? seen(told) : h("span", { class: "muted" }, "Empty"));
  return link({ id: [], page: [], metadata: { add: clause(key, "=", told) } }, { push: true, class: "value", title: `Show the sessions with ${key} ${told}` }, seen(told));
}

/** A key and its values, one below the other where one of them is long. */
function pair([key, values]) {
  const isWide = key.length > LONG_KEY || values.join(", ").length > LONG_VALUE;
  return h("div", { class: isWide ? "pair wide" : "pair" }, h("dt", { class: "mono" }, seen(key)),
    h("dd", {}, values.map((told, place) => [place ? ", " : null, pairValue(key, told)])));
}

/** The pairs; `find` is what is typed above them. */
export function metadata(pairs, find) {
  const wanted = find.toLowerCase();
  const found = pairs.filter(([key, values]) => [key, ...values].some((text) => text.toLowerCase().includes(wanted)));
  const whole = Object.fromEntries(pairs.map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
  return group("Metadata", pairs.length ? copyButton("Copy JSON", JSON.stringify(whole, null, 2)) : null,
    pairs.length >= MANY ? h("input", { class: "field find", type: "search", "data-pairs": true, "data-key": "find", placeholder: "Search metadata", "aria-label": "Search metadata", autocomplete: "off" }) : null,
    found.length ? h("dl", {}, found.map(pair)) : h("p", { class: "muted none" }, pairs.length ? "No pair matches." : "None"));
}
