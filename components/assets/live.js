// What goes on now, the longest silence first. Times, marks and bars count on by the page's one clock;
// rows move only on a refresh, and not while somebody points at them.
import { badge, changed, draw, go, h, icon, link, style } from "./prelude.js";
import { count, hear, step } from "./tables.js";
import { absolute, duration, pause } from "./times.js";
import { seen } from "./words.js";

const sheet = await style("live");
const FEWER = 100; // that are listed unless somebody wants all
const FULL_MS = 240_000; // a silence that fills its bar
const MARKS = {
  stuck: { label: "Stuck", icon: "hourglass_bottom", tone: "failed" },
  silent: { label: "Silent", icon: "volume_off", tone: "amber" },
  over: { label: "Over", icon: "check", tone: "grey" },
};

/** What is marked of a row at a moment: stuck before silent. */
function markOf(row, now, data) {
  if (row.isOver) return "over";
  if (row.started !== null && row.limit !== null && now - row.started > row.limit) return "stuck";
  return row.quiet !== null && now - row.quiet >= data.silent_ms ? "silent" : "";
}

const lasting = (since, now, words) => (since === null ? "Unknown" : words(Math.max(0, now - since)));
const filled = (since, now) => `width:${since === null ? 0 : Math.round(Math.min(1, Math.max(0, now - since) / FULL_MS) * 100)}%`;
const why = (row, mark) => (mark === "stuck" ? `99 of 100 sessions of this agent and channel are over after ${duration(row.limit)}` : null);
/** Ends a session by hand; asked twice, for it cannot be taken back. */
function ends(row, mark, armed) {
  if (mark !== "stuck" && mark !== "silent") return null;
  const isArmed = armed === row.id;
  return h("button", { class: isArmed ? "tool end armed" : "tool end", type: "button", "data-end": row.id, "data-key": "end", title: "End the session by hand", "aria-label": `${isArmed ? "End for good" : "End"} session ${row.known}` },
    icon("stop_circle", "small"), isArmed ? "For good?" : "End");
}

const choice = (id) => ({ watch: [id], m: [] });

function line(row, data, now) {
  const mark = markOf(row, now, data);
  const cell = (name, ...children) => h("td", { role: "cell", class: name }, ...children);
  const isWatched = row.id === data.watched;
  return h("tr", { role: "row", "data-key": row.id, "data-id": row.id, class: `is-${mark || "going"}${isWatched ? " came" : ""}` },
    cell("quiet num", h("span", { class: "bar", "aria-hidden": "true" }, h("i", { style: filled(row.quiet, now) })),
      h("time", { title: row.quiet === null ? null : `Since ${absolute(row.quiet)}` }, lasting(row.quiet, now, pause))),
    cell("agent", h("b", { class: "clip", title: row.agent }, ...seen(row.agent)),
      link(choice(row.id), { class: "opens mono", title: row.known, "aria-current": isWatched ? "true" : null, "aria-label": `Follow session ${row.known}` }, ...seen(row.short))),
    cell("channel-cell", badge(data.channels[row.channel])),
    cell("mark", mark ? h("span", { title: why(row, mark) }, badge(MARKS[mark])) : null),
    cell("open num", h("time", { title: row.started === null ? null : `Since ${absolute(row.started)}` }, lasting(row.started, now, duration))),
    cell("said", row.sender ? [h("b", {}, row.sender === "user" ? "User: " : "Agent: "), h("bdi", {}, ...seen(row.said))] : "Nothing has been said yet"),
    cell("whole", ends(row, mark, data.armed), link({ id: [row.id] }, { push: true, path: "", class: "tool", title: "Open the session", "aria-label": `Open session ${row.known}` }, icon("open_in_full", "small"))));
}

/** How many are listed, of how many; and the way to more of them, or back to fewer. */
function told({ rows, total, most }) {
  const listed = rows.filter((row) => !row.isOver).length;
  const isAll = new URLSearchParams(location.search).getAll("rows").includes("all");
  if (listed < total) {
    const more = Math.min(total, most);
    return [h("span", {}, `The ${count(listed)} with the longest silence, of ${count(total)}`),
      isAll ? null : link({ rows: ["all"] }, { class: "more" }, more < total ? `Show ${count(more)}` : `Show all ${count(total)}`)];
  }
  return [h("span", {}, `${count(total)} session${total === 1 ? "" : "s"}, the longest silence first`),
    isAll && total > FEWER ? link({ rows: [] }, { class: "more" }, `Show ${FEWER}`) : null];
}

const HEADS = [["Silent for", "quiet"], ["Session", "agent"], ["Channel", "channel-cell"], ["Mark", "mark"], ["Open for", "open"], ["Last message", "said"], ["Whole session", "whole"]];

const tree = (data, now) => h("div", { class: "group" },
  data.by_hand?.problem ? h("p", { class: "wrong", role: "alert", "data-key": "wrong" }, data.by_hand.problem) : null,
  h("p", { class: "told num", "data-key": "told" }, told(data)),
  h("table", { class: "live", role: "table", "aria-label": "Sessions that go on", "data-key": "table" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, HEADS.map(([label, name]) => h("th", { role: "columnheader", scope: "col", class: name }, label)))),
    h("tbody", { role: "rowgroup" }, data.rows.map((row) => line(row, data, now)))));

const ID_LENGTH = 8;
const short = (text) => (Array.from(text).length <= ID_LENGTH ? text : `${Array.from(text).slice(0, ID_LENGTH).join("")}…`);

/** The rows of a message, which holds them by columns. */
function rowsOf({ agents, shown, ...columns }) {
  const names = Object.keys(columns);
  return columns.id.map((id, place) => {
    const row = Object.fromEntries(names.map((name) => [name, columns[name][place]]));
    const known = shown[place] ?? id;
    return { ...row, agent: agents[row.agent], known, short: short(known) };
  });
}

/** Rows as they lie, with what is new about them; others come last, and what is over says so. */
function inPlace(shown, fresh) {
  const known = new Map(fresh.rows.map((row) => [row.id, row]));
  const kept = shown.rows.map((row) => known.get(row.id) ?? { ...row, isOver: true });
  const lying = new Set(kept.map((row) => row.id));
  return { ...fresh, rows: [...kept, ...fresh.rows.filter((row) => !lying.has(row.id))] };
}

/** A second has passed: texts and bars go on; where a mark is due, all is drawn. */
function goOn(state, root, now) {
  state.now = now;
  const { shown } = state;
  const marks = shown.rows.map((row) => markOf(row, now, shown));
  if (marks.join() !== state.marks) {
    state.paint(shown);
    return;
  }
  const nodes = new Map([...root.querySelectorAll("tr[data-id]")].map((node) => [node.dataset.id, node]));
  for (const row of shown.rows) {
    const node = nodes.get(row.id);
    const [quiet, open] = node.querySelectorAll("time");
    quiet.textContent = lasting(row.quiet, now, pause);
    open.textContent = lasting(row.started, now, duration);
    const wanted = filled(row.quiet, now);
    const bar = node.querySelector(".bar i");
    if (bar.getAttribute("style") !== wanted) bar.setAttribute("style", wanted);
  }
}

function press(event) {
  const row = event.target.closest("tr[data-id]");
  if (!row || event.target.closest("a, button") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) open(changed(choice(row.dataset.id)), "_blank", "noopener");
  else go(choice(row.dataset.id));
}

function arm(state, id) {
  state.armed = id;
  state.paint(state.shown, state.waiting);
}

/** A press on "End" arms it, the next one means it. */
function endings(root, state) {
  root.addEventListener("click", ({ target }) => {
    const id = target.closest?.("[data-end]")?.dataset.end;
    if (!id) return;
    if (state.armed === id) state.component.setTriggerValue("end", { id, nth: (state.nth = (state.nth ?? 0) + 1) });
    arm(state, state.armed === id ? null : id);
  });
  root.addEventListener("focusout", ({ target }) => { if (target.matches?.("[data-end]") && state.armed) setTimeout(() => arm(state, null)); });
}

function listen(root, state) {
  endings(root, state);
  state.isBusy = () => state.isOver || root.contains(root.getRootNode().activeElement);
  const settle = () => { if (state.waiting && !state.isBusy()) state.paint(state.waiting); };
  root.addEventListener("click", press);
  root.addEventListener("pointerenter", ({ pointerType }) => { state.isOver = pointerType !== "touch"; });
  root.addEventListener("pointerleave", () => { state.isOver = false; settle(); });
  root.addEventListener("focusout", () => setTimeout(settle));
}

export default function show(component) {
  const { parentElement } = component;
  const data = { ...component.data, rows: rowsOf(component.data.columns) };
  const state = (parentElement.parley ??= {});
  Object.assign(state, { now: data.now, component });
  state.paint = (fresh, waiting = null) => {
    Object.assign(state, { shown: fresh, waiting, marks: fresh.rows.map((row) => markOf(row, state.now, fresh)).join() });
    return draw(component, [sheet], tree({ ...fresh, armed: state.armed }, state.now));
  };
  const isHeld = state.shown?.view === data.view && state.isBusy();
  const root = isHeld ? state.paint(inPlace(state.shown, data), data) : state.paint(data);
  if (!state.isBusy) listen(root, state);
  const stop = hear(root, {
    "parley:now": ({ detail }) => goOn(state, root, detail.now),
    "parley:step": ({ detail }) => step(root, detail.by),
  });
  return () => {
    stop();
    delete parentElement.parley;
  };
}
