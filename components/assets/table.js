// The sessions as a table: real rows, links, badges. A click anywhere in a row opens its session.
import { badge, changed, draw, go, h, icon, link, opened, style } from "./prelude.js";
import { hold, scrollBack } from "./scroll.js";
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
      link({ id: [row.id] }, { push: true, path: "", class: "mono", title: row.shown, "aria-label": `Open session ${row.shown}` }, row.short),
      h("button", { class: "copy", type: "button", "data-copy": row.shown, title: "Copy the full id", "aria-label": `Copy the id ${row.shown}` }, icon("content_copy", "small")), h("span", { class: "copied unseen", role: "status" }))),
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
  if (event.ctrlKey || event.metaKey) open(changed(change, ""), "_blank", "noopener");
  else {
    hold(row);
    go(change, true, ""); // the view of a session is a place of the first page
  }
}

function patchCopied(button) {
  const sign = button.firstChild;
  sign.textContent = "check";
  const said = button.parentElement.querySelector(".copied");
  said.textContent = "Copied";
  setTimeout(() => { sign.textContent = "content_copy"; said.textContent = ""; }, 1200);
}

// --- New rows wait while somebody points at the table ------------------------------------------

/** Rows as they lie, with what is new about them; none comes, goes or moves. */
function inPlace(shown, fresh) {
  const known = new Map(fresh.rows.map((row) => [row.id, row]));
  return { ...fresh, rows: shown.rows.map((row) => known.get(row.id) ?? row) };
}

function unseen(shown, fresh) {
  const known = new Set(shown.rows.map((row) => row.id));
  const others = fresh.rows.filter((row) => !known.has(row.id)).length;
  return others ? Math.max(fresh.total - shown.total, 1) : 0;
}

const tell = (count) => document.dispatchEvent(new CustomEvent("parley:fresh", { detail: { count } }));

function table(data, waiting) {
  return h("div", { class: "group" },
    waiting ? h("button", { class: "button waiting-rows", type: "button", "data-key": "waiting" }, icon("arrow_upward", "small"), `${waiting.toLocaleString("en")} new session${waiting === 1 ? "" : "s"}`) : null,
    h("table", { class: "sessions", role: "table", "aria-label": "Sessions", "aria-rowcount": data.total + 1, "data-key": "table" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, COLUMNS.map((column) => heading(column, data.sort)))),
      h("tbody", { role: "rowgroup" }, data.rows.map((row) => line(row, data)))));
}

/** Move the focus to the next or previous row, from the one that has it or was left last. */
function step(root, by) {
  const links = [...root.querySelectorAll("tr[data-id] .id a")];
  const active = root.getRootNode().activeElement?.closest("tr") ?? root.querySelector("tr.came");
  const at = links.findIndex((each) => each.closest("tr") === active);
  const to = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}

function listen(component, root, state, paint) {
  const isBusy = () => state.isOver || root.contains(root.getRootNode().activeElement);
  const settle = () => {
    if (!state.waiting || isBusy()) return;
    paint(state.waiting);
  };
  root.onclick = (event) => {
    if (event.target.closest(".waiting-rows")) paint(state.waiting);
    else press(event);
  };
  root.addEventListener("pointerenter", ({ pointerType }) => { state.isOver = pointerType !== "touch"; });
  root.addEventListener("pointerleave", () => { state.isOver = false; settle(); });
  root.addEventListener("focusout", () => setTimeout(settle));
  const heard = {
    "parley:now": ({ detail }) => {
      for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
    },
    "parley:step": ({ detail }) => step(root, detail.by),
    "parley:back": () => {
      paint(state.waiting ?? state.shown);
      scrollBack(root);
    },
    visibilitychange: () => {
      if (document.visibilityState === "visible") look(state);
      else state.left = state.shown.total;
    },
  };
  for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear);
  state.isBusy = isBusy;
  return () => { for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear); };
}

/** Somebody looks: nothing is new any more but what waits. */
function look(state) {
  state.left = null;
  tell(state.waiting ? unseen(state.shown, state.waiting) : 0);
}

// What an open session is drawn by comes while nothing else is to be done, so that it need not be
// waited for after a press on a row.
const SOON_MS = 2000;
const fetchSession = () => Promise.all([import("./session.js"), import("./head.js")]);

const ID_LENGTH = 8;
const short = (text) => (Array.from(text).length <= ID_LENGTH ? text : `${Array.from(text).slice(0, ID_LENGTH).join("")}…`);

/** The rows of a message, which holds them by columns. */
function rowsOf({ columns }) {
  const names = Object.keys(columns);
  return columns.id.map((id, place) => {
    const row = Object.fromEntries(names.map((name) => [name, columns[name][place]]));
    const shown = row.shown ?? id;
    return { ...row, shown, short: short(shown) };
  });
}

export default function show(component) {
  const { parentElement } = component;
  const data = { ...component.data, rows: rowsOf(component.data) };
  const state = (parentElement.parley ??= { waiting: null });
  const paint = (fresh) => {
    state.waiting = null;
    state.shown = fresh;
    const root = draw(component, [sheet], table(fresh, 0));
    if (state.left == null) tell(0);
    return root;
  };
  if (!state.shown) {
    const root = paint(data);
    scrollBack(root); // drawn anew: the list was left for a session
    requestIdleCallback(fetchSession, { timeout: SOON_MS });
    state.stop = listen(component, root, state, paint);
  } else if (state.shown.view === data.view && state.isBusy() && unseen(state.shown, data)) {
    const count = unseen(state.shown, data);
    state.waiting = data;
    draw(component, [sheet], table({ ...inPlace(state.shown, data), total: state.shown.total }, count));
    tell(count);
  } else {
    const isHidden = document.visibilityState !== "visible" && state.shown.view === data.view;
    if (isHidden) tell(Math.max(0, data.total - (state.left ?? state.shown.total)));
    paint(data);
  }
  return () => {
    state.stop();
    delete parentElement.parley;
  };
}
