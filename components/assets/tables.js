// What the tables of agents, events and errors share: rows that open, lines, rates with intervals.
import { changed, go, h, s } from "./prelude.js";

const WIDTH = 112;
const HEIGHT = 28;

export const count = (number) => number.toLocaleString("en");
export const percent = (rate) => `${(rate * 100).toFixed(1)}%`;
export const many = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

/** "+4.2%", "−2.3%" */
export const signed = (change) => `${change < 0 ? "−" : "+"}${percent(Math.abs(change))}`;

function path(series, low, high) {
  const step = WIDTH / Math.max(1, series.length - 1);
  const y = (value) => HEIGHT - 2 - ((value - low) / (high - low || 1)) * (HEIGHT - 4);
  return `M${series.map((value, place) => `${(place * step).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`;
}

/** The sessions of each slice, the period before dotted; both to one scale, from nothing. */
export function line(now, before) {
  if (!now?.length) return null;
  const high = Math.max(1, ...now, ...(before ?? []));
  return s("svg", { class: "line", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...(before?.length ? [s("path", { class: "before", d: path(before, 0, high) })] : []), s("path", { d: path(now, 0, high) }));
}

/** A rate as a point with its interval on a scale from 0 to `top`; `mean` is that of all. */
export function interval({ rate, low, high }, top, mean) {
  const at = (value) => `${(Math.min(value / top, 1) * 100).toFixed(1)}%`;
  return h("span", { class: "interval", "aria-hidden": "true" },
    mean === null ? null : h("s", { style: `left:${at(mean)}` }),
    h("i", { style: `left:${at(low)};right:${(100 - Math.min(high / top, 1) * 100).toFixed(1)}%` }),
    rate > top ? null : h("b", { style: `left:${at(rate)}` }));
}

/** A click anywhere in a row opens what its row stands for; with a key held, in a new tab. */
export function opens(root, change) {
  root.onclick = (event) => {
    const row = event.target.closest("tr[data-id]");
    if (!row || event.target.closest("a, button, summary") || String(getSelection())) return;
    const { path, ...to } = change(row);
    if (event.ctrlKey || event.metaKey) open(changed(to, path), "_blank", "noopener");
    else go(to, true, path);
  };
}

/** Move the focus to the row before or after the one that has it, by the link that opens it. */
export function step(root, by) {
  const links = [...root.querySelectorAll("tr[data-id] .opens")];
  const active = root.getRootNode().activeElement?.closest("tr");
  const at = links.findIndex((each) => each.closest("tr") === active);
  const to = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}

/** Listen for events of the page while the element is there; returns what stops it. */
export function hear(root, heard) {
  root.stop?.();
  for (const [name, does] of Object.entries(heard)) document.addEventListener(name, does);
  root.stop = () => { for (const [name, does] of Object.entries(heard)) document.removeEventListener(name, does); };
  return root.stop;
}
