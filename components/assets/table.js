// The sessions as a table: real rows, links, badges. A click anywhere in a row opens its session.
import { badge, changed, draw, go, h, icon, link, opened, scrollBack, style } from "./prelude.js";
import { absolute, duration, relative } from "./times.js";

const sheet = await style("table");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const COLUMNS = [
  ["Session ID", "15%"], ["Agent", "25%"], ["Channel", "15%"], ["Status", "15%"],
  ["Started", "15%", "started_at"], ["Duration", "11%", "duration"], ["", "46px"],
];

function heading([label, width, field], sort) {
  const cell = { role: "columnheader", scope: "col", style: `width:${width}`, class: label === "Duration" ? "end" : null };
  if (!label) return h("td", { role: "cell", style: `width:${width}` });
  if (!field) return h("th", cell, label);
  const isDown = sort === `-${field}`;
  const isUp = sort === field;
  const next = isDown ? field : `-${field}`;
  const change = { sort: next === "-started_at" ? [] : [next], page: [] };
  return h("th", { ...cell, "aria-sort": isDown ? "descending" : isUp ? "ascending" : null, title: field === "started_at" ? `Times in ${zone}` : null },
    link(change, { push: true, "aria-label": `${label}, sort ${next[0] === "-" ? "descending" : "ascending"}` }, label, isDown ? icon("arrow_downward") : isUp ? icon("arrow_upward") : null));
}

function lasting(row) {
  if (row.status === "active") return h("span", { class: "ongoing" }, "Ongoing");
  return row.duration_ms === null ? h("span", { class: "muted" }, "None") : duration(row.duration_ms);
}

function line(row, data) {
  const cell = (name, ...children) => h("td", { role: "cell", class: name }, ...children);
  const kind = [row.status === "failed" && "is-failed", row.id === opened && "came"].filter(Boolean).join(" ");
  return h("tr", { role: "row", "data-key": row.id, "data-id": row.id, class: kind || null },
    cell("id-cell", h("div", { class: "id" },
      link({ id: [row.id] }, { push: true, class: "mono", title: row.shown, "aria-label": `Open session ${row.shown}` }, row.short),
      h("button", { class: "copy", type: "button", "data-copy": row.shown, title: "Copy the full id", "aria-label": `Copy the id ${row.shown}` }, icon("content_copy", "small")))),
    cell("agent", h("b", { class: "clip", title: row.agent }, row.agent), h("span", {}, row.type)),
    cell("channel-cell", badge(data.channels[row.channel])),
    cell("status", badge(data.statuses[row.status])),
    cell("started num", row.started === null ? h("span", { class: "muted" }, "None") :
      h("time", { title: absolute(row.started), "data-at": row.started }, relative(row.started, data.now))),
    cell("end num", lasting(row)),
    cell("chevron", icon("chevron_right")));
}

function press(event) {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(copy.dataset.copy);
    patchCopied(copy);
    return;
  }
  const row = event.target.closest("tr[data-id]");
  if (!row || event.target.closest("a, button") || String(getSelection())) return;
  const change = { id: [row.dataset.id] };
  if (event.ctrlKey || event.metaKey) open(changed(change), "_blank", "noopener");
  else go(change, true);
}

function patchCopied(button) {
  const sign = button.firstChild;
  sign.textContent = "check";
  setTimeout(() => { sign.textContent = "content_copy"; }, 1200);
}

export default function show(component) {
  const { data } = component;
  const root = draw(component, [sheet],
    h("div", { class: "group" },
      h("table", { class: "sessions", role: "table", "aria-label": "Sessions" },
        h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, COLUMNS.map((column) => heading(column, data.sort)))),
        h("tbody", { role: "rowgroup" }, data.rows.map((row) => line(row, data))))));
  if (!root.onclick) scrollBack(); // drawn anew: the list was left for a session
  root.onclick = press;
  const recount = ({ detail }) => {
    for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
  };
  root.recount && document.removeEventListener("parley:now", root.recount);
  document.addEventListener("parley:now", (root.recount = recount));
  return () => document.removeEventListener("parley:now", root.recount);
}
