// How the data is: facts, counts with the sessions behind them, files.
import { draw, h, icon, link, style } from "./prelude.js";
import { absolute, relative } from "./times.js";

const sheet = await style("health");
const count = (number) => number.toLocaleString("en");
const UNITS = ["B", "kB", "MB", "GB", "TB"];

function size(bytes) {
  const power = bytes ? Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3)) : 0;
  const scaled = bytes / 1000 ** power;
  return `${power && scaled < 100 ? scaled.toFixed(1) : Math.round(scaled)} ${UNITS[power]}`;
}

const group = (title, ...rows) => h("section", { class: "group", "aria-label": title }, h("h2", {}, title), ...rows);

function fact({ label, at, text, is_mono: isMono }, now) {
  if (at === undefined) return [h("dt", {}, label), h("dd", { class: isMono ? "mono" : null }, text)];
  return [h("dt", {}, label), h("dd", { class: "num" }, at === null ? "None" : [absolute(at), h("span", { class: "muted" }, relative(at, now))])];
}

function counted({ label, text, count: number, change }) {
  const shown = count(number);
  return h("tr", {}, h("th", { scope: "row" }, label, h("small", {}, text)),
    h("td", { class: "end num" }, change && number ? link(change, { push: true, path: "", "aria-label": `${label}: show ${shown} sessions` }, shown) : shown));
}

const stored = (table) => h("tr", {}, h("th", { scope: "row" }, table.name),
  ...[count(table.files), count(table.rows), size(table.bytes), count(table.set_aside)].map((cell) => h("td", { class: "end num" }, cell)));

const heads = (...names) => h("thead", {}, h("tr", {}, names.map((name, place) => h("th", { scope: "col", class: place ? "end" : null }, name))));

function setAside(files) {
  if (!files.length) return h("p", { class: "fine" }, icon("check", "small"), "Every file is whole.");
  return h("ul", {}, files.map((file) => h("li", {}, h("b", {}, `${file.table}: ${file.reason}`), h("span", { class: "mono" }, file.path))));
}

export default function show(component) {
  const { data } = component;
  draw(component, [sheet], h("div", { class: "health" },
    group("Newest", h("dl", {}, data.facts.map((each) => fact(each, data.now)))),
    group("Sessions", h("table", {}, h("tbody", {}, data.counts.map(counted)))),
    group("Files", h("table", {}, heads("Table", "Files", "Rows", "Size", "Set aside"), h("tbody", {}, data.tables.map(stored)))),
    group("Set aside", setAside(data.set_aside),
      data.set_aside.length ? h("p", { class: "hint" }, "Put the files back as they were, or give them up with ", h("code", { class: "mono" }, "python -m cli doctor --discard"), ".") : null)));
}
