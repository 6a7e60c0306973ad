// What is known of a session beside what was said: its facts, and the metadata as filters.
import { badge, h, icon, link } from "./prelude.js";
import { copyButton } from "./download.js";
import { clause } from "./metadata.js";
import { absolute, duration, taken } from "./times.js";
import { seen } from "./words.js";

const MANY = 8; // pairs from which on they have a search
const LONGEST = 512; // characters of a value that can be a filter

function value(fact) {
  if (fact.badge) return badge(fact.badge);
  if (fact.at !== undefined) return fact.at === null ? "None" : h("span", { class: "num" }, absolute(fact.at));
  if (fact.duration !== undefined) return fact.duration === null ? "None" : h("span", { class: "num" }, duration(fact.duration));
  if (fact.taken !== undefined) return h("span", { class: "num" }, taken(fact.taken));
  if (fact.href) return h("a", { class: "outside", href: fact.href, target: "_blank", rel: "noopener noreferrer" }, seen(fact.text), icon("open_in_new", "small"));
  const shown = h("span", { class: fact.is_mono ? "mono" : fact.is_number ? "num" : null }, seen(fact.text));
  return fact.is_copied ? [shown, copyButton("", fact.text, { "aria-label": `Copy the ${fact.label}`, title: "Copy" })] : shown;
}

const group = (title, tool, ...rows) =>
  h("section", { class: "group", "aria-label": title, "data-key": title }, h("header", {}, h("h2", {}, title), tool), rows);

export const information = (facts, address) =>
  group("Information", copyButton("Copy link", address), h("dl", {}, facts.map((fact) => [h("dt", {}, fact.label), h("dd", {}, value(fact))])));

function pairValue(key, told) {
  if (told.length > LONGEST || !told) return h("span", { class: "value" }, told ? seen(told) : h("span", { class: "muted" }, "Empty"));
  return link({ id: [], page: [], metadata: { add: clause(key, "=", told) } }, { push: true, class: "value", title: `Show the sessions with ${key} ${told}` }, seen(told));
}

/** The pairs; `find` is what is typed above them. */
export function metadata(pairs, find) {
  const wanted = find.toLowerCase();
  const found = pairs.filter(([key, values]) => [key, ...values].some((text) => text.toLowerCase().includes(wanted)));
  const whole = Object.fromEntries(pairs.map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
  return group("Metadata", pairs.length ? copyButton("Copy JSON", JSON.stringify(whole, null, 2)) : null,
    pairs.length >= MANY ? h("input", { class: "field find", type: "search", "data-pairs": true, "data-key": "find", placeholder: "Search metadata", "aria-label": "Search metadata" }) : null,
    found.length ? h("dl", {}, found.map(([key, values]) => [
      h("dt", { class: "mono" }, seen(key)), h("dd", {}, values.map((told, place) => [place ? ", " : null, pairValue(key, told)]))])) :
      h("p", { class: "muted none" }, pairs.length ? "No pair matches." : "None"));
}
