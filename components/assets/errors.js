// What made sessions fail: a row for each error without its changing parts, and the way to its sessions.
import { draw, h, icon, link, style } from "./prelude.js";
import { count, hear, line, many, opens, percent, signed, step } from "./tables.js";
import { absolute, relative } from "./times.js";
import { seen } from "./words.js";

const sheets = [await style("tables"), await style("errors")];
const HEADS = [["Error"], ["Sessions", "end"], ["Share", "end"], ["Trend"], ["Change", "end"], ["First and last seen"]];

function changed({ before, change, is_noise: isNoise }) {
  if (before === null) return h("td", { class: "end num few" }, "");
  return h("td", { class: `end num${isNoise ? " few" : ""}`, title: `${many(before, "session")} before${isNoise ? "; the change may be chance" : ""}` }, change === null ? "None before" : change ? signed(change) : "No change");
}

const moment = (at, now) => (at === null ? "No time" : h("time", { title: absolute(at), "data-at": at }, relative(at, now)));

function text(row) {
  const words = row.text ? seen(row.text) : ["No error text"];
  const shown = [row.is_new ? h("span", { class: "badge failed new" }, icon("new_releases"), "New") : null, ...words];
  return row.change_to ? link(row.change_to, { push: true, path: "", class: "opens", title: row.key, "aria-label": `Show ${many(row.sessions, "session")}: ${row.text || "No error text"}` }, ...shown) : h("span", { class: "opens" }, ...shown);
}

function cluster(row, data) {
  const affected = row.agents.map(({ name, sessions, change }) => change
    ? link(change, { push: true, path: "", "aria-label": `Show ${many(sessions, "session")} of ${name}` }, h("span", { class: "clip", title: name }, name), h("span", { class: "num" }, count(sessions)))
    : h("span", {}, h("span", { class: "clip" }, name), h("span", { class: "num" }, count(sessions))));
  return h("tr", { "data-key": row.key, "data-id": row.key },
    h("td", { class: "what" }, text(row), h("small", {}, "Newest:",
      row.examples.map(({ id, shown }) => link({ id: [id] }, { push: true, path: "", class: "mono", "aria-label": `Open session ${shown}` }, shown)))),
    h("td", { class: "end num" }, count(row.sessions)),
    h("td", { class: "end num" }, percent(row.share)),
    h("td", {}, line(row.line, row.line_before)),
    changed(row),
    h("td", { class: "seen num" }, moment(row.first, data.now), moment(row.last, data.now)),
    data.has_agents ? h("td", { class: "affected" }, ...affected) : null);
}

export default function show(component) {
  const { data } = component;
  const root = draw(component, sheets,
    h("div", { class: "group wide", role: "region", "aria-label": data.label, tabindex: "0" },
      h("table", { class: "rows errors", "aria-label": data.label },
        h("thead", {}, h("tr", {}, [...HEADS, ...(data.has_agents ? [["Most affected"]] : [])].map(([label, side]) => h("th", { scope: "col", class: side ?? null }, label)))),
        h("tbody", {}, data.rows.map((row) => cluster(row, data))))),
    h("p", { class: "note" }, data.note));
  opens(root, (row) => ({ ...data.rows.find(({ key }) => key === row.dataset.id).change_to, path: "" }));
  return hear(root, {
    "parley:step": ({ detail }) => { if (data.has_agents) step(root, detail.by); }, // else the sessions below are walked
    "parley:now": ({ detail }) => {
      for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
    },
  });
}
