// The activity log: events of the filtered sessions, newest first, each a way into its session.
import { badge, draw, h, icon, link, style } from "./prelude.js";
import { count, hear, many, opens, step } from "./tables.js";
import { absolute, clock, relative } from "./times.js";
import { seen } from "./words.js";

const sheets = [await style("tables"), await style("activity")];
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const HEADS = [["Time", "when"], ["Event", "what"], ["Detail", "text"], ["Agent", "who"], ["Channel", "where"], ["Session", "which"]];

const chip = ({ kind, label, icon: sign, sessions, is_set: isSet }) =>
  link({ event: { [isSet ? "remove" : "add"]: kind }, before: [], page: [] }, {
    class: `kind of-${kind}${sessions ? "" : " none"}`, "data-key": kind, "aria-current": isSet ? "true" : null,
    title: `${many(sessions, "session")} with such an event`, "aria-label": `${label}, ${many(sessions, "session")}` },
    icon(sign, "small"), label, h("span", { class: "num" }, count(sessions)));

const way = (row) => ({ id: [row.id], m: [String(row.seq)] });

function line(row, data) {
  const look = data.looks[row.kind] ?? { label: row.kind, icon: "label" };
  return h("tr", { "data-key": `${row.id} ${row.seq}`, "data-id": row.id, "data-seq": row.seq, class: row.kind === "error" ? "is-failed" : null },
    h("td", { class: "when num" }, row.at === null ? h("span", { class: "few" }, "No time") : [h("time", { title: absolute(row.at), "data-at": row.at }, relative(row.at, data.now)), h("span", {}, clock(row.at))]),
    h("td", { class: "what" }, h("span", { class: `event of-${row.kind}` }, icon(look.icon, "small"), look.label)),
    h("td", { class: "text", title: row.text }, row.name ? h("b", {}, ...seen(row.name)) : null, ...seen(row.text)),
    h("td", { class: "who", title: row.agent }, row.agent),
    h("td", { class: "where" }, data.channels[row.channel] ? badge(data.channels[row.channel]) : null),
    h("td", { class: "which" }, link(way(row), { push: true, path: "", class: "opens mono", title: row.shown, "aria-label": `Open ${look.label} in session ${row.shown}` }, row.short)));
}

/** Rows as they lie, with what is new about them; none comes, goes or moves. */
function inPlace(shown, fresh) {
  const known = new Map(fresh.rows.map((row) => [`${row.id} ${row.seq}`, row]));
  return { ...fresh, rows: shown.rows.map((row) => known.get(`${row.id} ${row.seq}`) ?? row) };
}

const isOther = (shown, fresh) => shown.rows.map((row) => `${row.id} ${row.seq}`).join() !== fresh.rows.map((row) => `${row.id} ${row.seq}`).join();

function tree(data, isWaiting) {
  return [
    h("div", { class: "kinds", role: "group", "aria-label": "Kinds of events", "data-key": "kinds" }, data.kinds.map(chip)),
    data.rows.length === 0 ? h("div", { class: "box group", "data-key": "none" }, h("div", { class: "disc" }, icon("list_alt")), h("h2", {}, "No events found"), h("p", {}, data.none)) :
      h("div", { class: "group", "data-key": "group" },
        isWaiting ? h("button", { class: "button fresh", type: "button", "data-key": "fresh" }, icon("arrow_upward", "small"), "New events") : null,
        h("table", { class: "rows log", "aria-label": "Events", "data-key": "table" },
          h("thead", {}, h("tr", {}, HEADS.map(([label, name]) => h("th", { scope: "col", class: name, title: label === "Time" ? `Times in ${zone}` : null }, label)))),
          h("tbody", {}, data.rows.map((row) => line(row, data))))),
    h("div", { class: "ways", "data-key": "ways" }, h("p", {}, data.note),
      data.is_older ? link({ before: [], page: [] }, { push: true, class: "button" }, icon("first_page", "small"), "Newest") : null,
      data.older ? link({ before: [data.older], page: [] }, { push: true, class: "button" }, "Load older", icon("chevron_right", "small")) : null),
  ];
}

const ID_LENGTH = 8;
const short = (text) => (Array.from(text).length <= ID_LENGTH ? text : `${Array.from(text).slice(0, ID_LENGTH).join("")}…`);

function rowsOf({ columns }) {
  const names = Object.keys(columns);
  return columns.id.map((id, place) => {
    const row = Object.fromEntries(names.map((name) => [name, columns[name][place]]));
    return { ...row, shown: row.shown ?? id, short: short(row.shown ?? id) };
  });
}

function listen(root, state, paint) {
  state.isBusy = () => state.isOver || root.contains(root.getRootNode().activeElement);
  const settle = () => { if (state.waiting && !state.isBusy()) paint(state.waiting); };
  root.addEventListener("click", ({ target }) => { if (target.closest(".fresh")) paint(state.waiting); });
  root.addEventListener("pointerenter", ({ pointerType }) => { state.isOver = pointerType !== "touch"; });
  root.addEventListener("pointerleave", () => { state.isOver = false; settle(); });
  root.addEventListener("focusout", () => setTimeout(settle));
}

export default function show(component) {
  const { parentElement } = component;
  const data = { ...component.data, rows: rowsOf(component.data) };
  const state = (parentElement.parley ??= { waiting: null });
  const paint = (fresh) => {
    state.waiting = null;
    state.shown = fresh;
    return draw(component, sheets, ...tree(fresh, false));
  };
  const isSame = state.shown?.view === data.view;
  let root;
  if (isSame && state.isBusy() && isOther(state.shown, data)) {
    state.waiting = data;
    root = draw(component, sheets, ...tree(inPlace(state.shown, data), true));
  } else root = paint(data);
  if (!state.isBusy) listen(root, state, paint);
  opens(root, (row) => ({ ...way({ id: row.dataset.id, seq: row.dataset.seq }), path: "" }));
  return hear(root, {
    "parley:step": ({ detail }) => step(root, detail.by),
    "parley:now": ({ detail }) => {
      for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
    },
  });
}
