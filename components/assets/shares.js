// Sessions by a dimension, as horizontal bars in a fixed order with the number outside; a tick is
// the share in the period before.
import { count, sessions, told } from "./numbers.js";
import { panel } from "./panel.js";
import { h, s } from "./prelude.js";
import { reach } from "./reach.js";

const ROW = 29;
const BAR = 18;
const NAME = 92; // pixels of the names
const OUTSIDE = 52; // and of the numbers

const widest = ({ rows }) => Math.max(0.01, ...rows.flatMap(({ share, before }) => [share, before ?? 0]));

function drawing(data, width) {
  const scale = (share) => Math.max(0, share / widest(data)) * Math.max(width - NAME - OUTSIDE, 40);
  return data.rows.map(({ label, ink, share, before }, place) => {
    const y = place * ROW + (ROW - BAR) / 2;
    const end = NAME + scale(share);
    const clear = before === null ? end : Math.max(end, NAME + scale(before));
    return [
      s("text", { x: NAME - 8, y: y + 13, "text-anchor": "end", class: "said" }, label.length > 14 ? `${label.slice(0, 13)}…` : label),
      s("rect", { class: `bar ink-${ink}`, x: NAME, y, width: scale(share), height: BAR, rx: 1 }),
      before === null ? null : s("line", { class: "tick", x1: NAME + scale(before), x2: NAME + scale(before), y1: y - 2, y2: y + BAR + 2 }),
      s("text", { x: clear + 7, y: y + 13, class: "said" }, told(share, "rate"))];
  });
}

function mark({ rows }, place, width) {
  const row = rows[place];
  const { label, value, share, before, ink, only, show } = row;
  const was = before === null ? "" : `was ${told(before, "rate")}`;
  const box = { x: 0, y: place * ROW, width, height: ROW };
  return {
    box, change: only && { ...only, page: [] }, label: `${label}: ${sessions(value)}, ${told(share, "rate")}${was ? `, ${was}` : ""}`,
    signs: [s("rect", { class: "column", ...box, rx: 4 })], at: { top: box.y, bottom: box.y + ROW, middle: width / 2 },
    tip: { title: label, rows: [{ ink, label: told(share, "rate"), text: count(value), before: was, show, isMeant: true }], show },
  };
}

const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, Home: -999, End: 999 };

function chart(data, width) {
  const last = data.rows.length - 1;
  return {
    width, height: data.rows.length * ROW + 4,
    svg: s("svg", { class: "drawn", "aria-hidden": "true" }, drawing(data, width)),
    find: (_, y) => (y < 0 || y > (last + 1) * ROW ? null : [Math.min(last, Math.floor(y / ROW)), 0]),
    start: () => [0, 0],
    kept: (place) => (place && place[0] <= last ? place : null),
    step: ([place], key) => [Math.max(0, Math.min(last, place + (STEPS[key] ?? 0))), 0],
    mark: ([place]) => mark(data, place, width),
  };
}

function table({ rows, heads }) {
  return { heads, rows: rows.map(({ label, value, share, before, show }) => [
    { raw: label, text: label }, { raw: value, text: count(value), show },
    { raw: share, text: told(share, "rate") }, { raw: before, text: told(before, "rate") }]) };
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  Object.assign(state, { data, component });
  state.redraw = () => {
    const { data: now } = state;
    const isEmpty = !now.rows.some(({ value }) => value);
    const plot = isEmpty ? h("p", { class: "none muted", "data-key": "none" }, "No sessions match these filters.") : h("div", { class: "plot", "data-own": true, "data-key": "plot" });
    const summary = isEmpty ? null : `${now.title}: ${now.rows.map(({ label, share }) => `${label} ${told(share, "rate")}`).join(", ")}.`;
    const legend = !isEmpty && now.rows.some(({ before }) => before !== null) ? [{ label: now.against, shape: "stroke ghost" }] : [];
    const root = panel(state.component, state, { plot, summary, legend, table: isEmpty ? null : () => table(now) });
    if (!isEmpty) reach(root, state, (width) => chart(now, width));
  };
  state.redraw();
}
