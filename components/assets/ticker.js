// The latest events in a line or two each; a press opens the session at the event.
import { draw, h, icon, link, style } from "./prelude.js";
import { hear } from "./tables.js";
import { absolute, relative } from "./times.js";
import { seen } from "./words.js";

const sheet = await style("ticker");

const rowsOf = (columns) => columns.id.map((id, place) =>
  Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name][place]])));

function line(row, { looks, now }) {
  const look = looks[row.kind] ?? { label: row.kind, icon: "label" };
  return h("li", { "data-key": `${row.id} ${row.seq}`, class: `of-${row.kind}` },
    link({ id: [row.id], m: row.seq === null ? [] : [String(row.seq)] }, { push: true, path: "", title: `Session ${row.shown ?? row.id}` },
      icon(look.icon, "small"),
      h("span", { class: "what" }, h("b", {}, look.label), h("span", { class: "clip" }, ...seen(row.agent))),
      row.at === null ? h("span", { class: "when" }, "No time") : h("time", { class: "when num", title: absolute(row.at), "data-at": row.at }, relative(row.at, now)),
      row.name || row.text ? h("span", { class: "text clip" }, ...seen(`${row.name} ${row.text}`.trim())) : null));
}

export default function show(component) {
  const { data } = component;
  const rows = rowsOf(data.columns);
  const root = draw(component, [sheet], h("section", { class: "group", "aria-label": "Latest events" },
    h("header", { "data-key": "head" }, h("h2", {}, "Latest events"), link({}, { push: true, path: "activity" }, "All")),
    rows.length ? h("ol", { "data-key": "events" }, rows.map((row) => line(row, data))) : h("p", { "data-key": "none" }, "Nothing has happened within an hour.")));
  return hear(root, {
    "parley:now": ({ detail }) => {
      for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
    },
  });
}
