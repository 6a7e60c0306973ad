// When sessions start: hour of the day by weekday, darker for more.
import { count, sessions } from "./numbers.js";
import { panel } from "./panel.js";
import { h, s } from "./prelude.js";
import { reach } from "./reach.js";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HOURS = 24;
const LEFT = 40;
const RIGHT = 46; // the bar of colours and its numbers
const ROW = 27;
const GAP = 2;
const two = (number) => String(number).padStart(2, "0");

const colours = (root) => getComputedStyle(root).getPropertyValue("--st-chart-sequential-colors").split(",").map((colour) => colour.trim());

/** The colour of a number: the first is none, the others part what lies up to the highest. */
const shade = (value, high, all) => all[value ? Math.min(all.length - 1, 1 + Math.floor((value / high) * (all.length - 1.001))) : 0];

const cellOf = (width) => (width - LEFT - RIGHT) / HOURS;

function drawing({ values }, width, all) {
  const cell = cellOf(width);
  const high = Math.max(1, ...values.flat());
  const every = cell < 18 ? 6 : 3;
  const bar = { x: width - RIGHT + 14, height: 7 * ROW - GAP };
  return [
    DAYS.map((day, place) => s("text", { x: LEFT - 8, y: place * ROW + 17, "text-anchor": "end" }, day)),
    values.map((row, day) => row.map((value, hour) => s("rect", { x: LEFT + hour * cell, y: day * ROW, width: Math.max(cell - GAP, 1), height: ROW - GAP, fill: shade(value, high, all) }))),
    Array.from({ length: HOURS / every }, (_, place) => s("text", { x: LEFT + (place * every + 0.5) * cell, y: 7 * ROW + 14, "text-anchor": "middle" }, two(place * every))),
    all.map((colour, place) => s("rect", { x: bar.x, y: bar.height * (1 - (place + 1) / all.length), width: 6, height: bar.height / all.length + 0.5, fill: colour })),
    s("text", { x: bar.x + 10, y: 10 }, count(high)), s("text", { x: bar.x + 10, y: bar.height }, "0")];
}

/** The sessions behind a cell; the range is that of the page already. */
function shown({ values }, day, hour) {
  return values[day][hour] ? { change: { weekday: [String(day + 1)], hour: [String(hour)], page: [] }, count: values[day][hour] } : null;
}

function mark(data, [hour, day], width) {
  const cell = cellOf(width);
  const value = data.values[day][hour];
  const title = `${LONG[day]}, ${two(hour)}:00 to ${two((hour + 1) % HOURS)}:00`;
  const was = data.before ? `was ${count(data.before[day][hour])}` : "";
  const box = { x: LEFT + hour * cell, y: day * ROW, width: cell - GAP, height: ROW - GAP };
  const show = shown(data, day, hour);
  return {
    box: { ...box, width: cell, height: ROW }, label: `${title}: ${sessions(value)}${was ? `, ${was}` : ""}`, change: { weekday: [String(day + 1)], hour: [String(hour)], page: [] },
    signs: [s("rect", { class: "outline", ...box })], at: { top: box.y, bottom: box.y + ROW, middle: box.x + cell / 2 },
    tip: { title, rows: [{ label: "Sessions", text: count(value), before: was, show, isMeant: true }], show },
  };
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-HOURS, 0], End: [HOURS, 0], PageUp: [0, -7], PageDown: [0, 7] };
const within = (place, last) => Math.max(0, Math.min(last, place));

function busiest({ values }) {
  const all = values.flat();
  const at = all.indexOf(Math.max(...all));
  return [at % HOURS, Math.floor(at / HOURS)];
}

function chart(data, width, all) {
  const cell = cellOf(width);
  return {
    width, height: 7 * ROW + 20,
    svg: s("svg", { class: "drawn", "aria-hidden": "true" }, drawing(data, width, all)),
    find: (x, y) => (x < LEFT || x >= width - RIGHT || y < 0 || y >= 7 * ROW ? null : [within(Math.floor((x - LEFT) / cell), HOURS - 1), Math.floor(y / ROW)]),
    start: () => busiest(data),
    kept: (place) => place,
    step: ([hour, day], key) => [within(hour + STEPS[key][0], HOURS - 1), within(day + STEPS[key][1], 6)],
    mark: (place) => mark(data, place, width),
  };
}

function table(data) {
  return { heads: ["Hour", ...DAYS], rows: Array.from({ length: HOURS }, (_, hour) => [
    { raw: `${two(hour)}:00`, text: `${two(hour)}:00` }, ...DAYS.map((_, day) => ({ raw: data.values[day][hour], text: count(data.values[day][hour]), show: shown(data, day, hour) }))]) };
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  Object.assign(state, { data, component });
  state.redraw = () => {
    const { data: now } = state;
    const [hour, day] = busiest(now);
    const isEmpty = !now.values[day][hour];
    const plot = isEmpty ? h("p", { class: "none muted", "data-key": "none" }, "No sessions match these filters.") : h("div", { class: "plot", "data-own": true, "data-key": "plot" });
    const summary = isEmpty ? null : `Most sessions start on ${LONG[day]} between ${two(hour)}:00 and ${two((hour + 1) % HOURS)}:00: ${count(now.values[day][hour])}.`;
    const root = panel(state.component, state, { plot, summary, table: isEmpty ? null : () => table(now) });
    if (!isEmpty) reach(root, state, (width) => chart(now, width, colours(root)));
  };
  state.redraw();
}
