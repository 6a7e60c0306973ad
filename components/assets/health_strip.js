// How live events come in: six facts side by side, each with the words that say what is counted.
import { draw, h, icon, link, style } from "./prelude.js";
import { absolute, duration, relative } from "./times.js";

const sheet = await style("health");
const count = (number) => number.toLocaleString("en");

/** What a fact says: a time, how long something took, or how many; a number leads to its sessions. */
function value({ at, ms, count: number, change, label }, now) {
  if (at !== undefined) return at === null ? "None" : h("time", { title: absolute(at) }, relative(at, now));
  if (ms !== undefined) return ms === null ? "None yet" : ms < 59950 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
  const shown = count(number);
  return change && number ? link(change, { push: true, path: "", "aria-label": `${label}: show ${shown} sessions` }, shown) : shown;
}

const fact = (each, now) => h("div", { class: each.is_wrong ? "wrong" : null, "data-key": each.label },
  h("dt", {}, each.is_wrong ? icon("warning", "small") : null, each.label),
  h("dd", { class: "num" }, value(each, now)), h("dd", { class: "muted" }, each.text));

export default function show(component) {
  const { data } = component;
  draw(component, [sheet], h("dl", { class: "coming group", "aria-label": "How live events come in" }, data.facts.map((each) => fact(each, data.now))));
}
