// One agent: its numbers against the period before and the others, its slices of time, its channels.
import { badge, draw, h, icon, link, s, style } from "./prelude.js";
import { count, many, percent } from "./tables.js";
import { duration } from "./times.js";

const sheets = [await style("tables"), await style("agent")];

function told(value, unit, isNear = false) {
  if (value === null) return "None";
  if (isNear) return `≈ ${told(value, unit)}`;
  if (unit === "rate") return percent(value);
  if (unit === "ms") return duration(value);
  return unit === "number" ? value.toFixed(1) : count(value);
}

function delta({ unit, before, change, is_noise: isNoise, was_near: wasNear, is_better: isBetter }, against) {
  if (!against) return null;
  if (before === null || (change === null && !before)) return h("span", {}, "None before");
  if (isNoise || !change) return h("span", { title: `${told(before, unit, wasNear)} ${against}` }, change ? "Within noise" : "No change");
  const tone = isBetter === null ? "" : isBetter ? " better" : " worse";
  const text = `${(Math.abs(change) * 100).toFixed(1)}${unit === "rate" ? " pp" : "%"}`;
  return h("span", { title: `${told(before, unit, wasNear)} ${against}` },
    h("span", { class: `delta num${tone}` }, icon(change > 0 ? "arrow_upward" : "arrow_downward"), h("span", { class: "unseen" }, change > 0 ? "up " : "down "), text));
}

function others({ others: value, unit, differs, others_near: isNear }) {
  if (value === null || value === undefined) return null;
  const said = differs === null ? "" : differs ? ", differs" : ", no clear difference";
  return h("span", { class: "num" }, `Others ${told(value, unit, isNear)}${said}`);
}

function number(item, against) {
  const isHidden = item.unit === "rate" && item.is_uncertain && item.n > 0;
  const bounds = item.low === null ? null : h("span", { class: "num" }, `95%: ${percent(item.low)} to ${percent(item.high)}`);
  const inside = [h("b", {}, item.label),
    h("span", { class: `value num${item.is_uncertain ? " few" : ""}` }, isHidden ? `n = ${count(item.n)}` : told(item.value, item.unit, item.is_near)),
    bounds, delta(item, against), others(item)];
  return item.list && item.value ? link(item.list, { push: true, path: "", class: "number", title: item.title, "data-key": item.label }, ...inside) : h("div", { class: "number", title: item.title, "data-key": item.label }, ...inside);
}

/** The period before as a stepped line over the bars. */
function stepped(before, high) {
  const y = (value) => (100 - (value / high) * 100).toFixed(2);
  const points = before.map((value, place) => `${place} ${y(value)}H${place + 1}`);
  return s("svg", { viewBox: `0 0 ${before.length} 100`, preserveAspectRatio: "none", "aria-hidden": "true" }, s("path", { d: `M${points.join("L")}` }));
}

function slices(data) {
  if (!data.line.length) return h("p", { class: "muted" }, "None of its sessions has a start in this range.");
  const high = Math.max(1, ...data.line, ...(data.line_before ?? []));
  const first = data.slices[0].label.split(" to ")[0];
  const last = data.slices.at(-1).label.split(" to ").at(-1);
  return [
    h("div", { class: "bars" }, data.line.map((value, place) =>
      link(data.slices[place].change, { push: true, path: "", title: `${many(value, "session")}, ${data.slices[place].label}`, "aria-label": `${many(value, "session")}, ${data.slices[place].label}` },
        h("i", { style: `height:${((value / high) * 100).toFixed(2)}%` }))),
      data.line_before ? stepped(data.line_before, high) : null),
    h("p", { class: "ends num" }, h("span", {}, first), h("span", {}, `most ${count(Math.max(...data.line))}`), h("span", {}, last)),
  ];
}

const channel = (item) => [
  badge(item),
  h("span", { class: item.tone }, h("span", { class: "bar", style: `display:block;width:${(item.share * 100).toFixed(1)}%` })),
  item.change ? link(item.change, { push: true, path: "", class: "num", "aria-label": `${item.label}: show ${many(item.sessions, "session")}` }, count(item.sessions)) : h("span", { class: "num" }, count(item.sessions)),
  h("small", { class: "num" }, `${percent(item.failure_rate)} failed`),
];

export default function show(component) {
  const { data } = component;
  draw(component, sheets,
    h("div", { class: "who" },
      link({ agent: [], page: [] }, { push: true, class: "button" }, icon("arrow_back", "small"), "All agents"),
      h("h2", {}, data.name), h("span", { class: "mono" }, data.id),
      link(data.list, { push: true, path: "", class: "button" }, icon("filter_alt", "small"), "Filter sessions by this agent")),
    h("div", { class: "numbers group", role: "group", "aria-label": "Numbers" }, data.numbers.map((item) => number(item, data.against))),
    h("p", { class: "note" }, data.note),
    h("div", { class: "parts" },
      h("section", { class: "group", "aria-label": "Sessions over time" }, h("h3", {}, "Sessions over time", h("small", {}, data.line_before ? `dotted: ${data.against}` : "")), slices(data)),
      h("section", { class: "group", "aria-label": "Channels" }, h("h3", {}, "Channels"),
        data.channels.length ? h("div", { class: "channels" }, data.channels.map(channel)) : h("p", { class: "muted" }, "No sessions."))));
}
