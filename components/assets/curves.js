// Lines over time: a band of 95 % around each rate, grey where few sessions speak, dots for the
// period before, a dashed line for what there is room for.
import { field, sliceAt, stepped } from "./axes.js";
import { told } from "./numbers.js";
import { s } from "./prelude.js";

const FEW = 30; // sessions below which a value is uncertain (F15)
const DOTTED = 62; // up to so many slices each has its point

const known = (value) => value !== null && value !== undefined;

/** Runs of neighbours that are known: [[first, last]]. */
function runs(values) {
  const found = [];
  values.forEach((value, place) => {
    if (!known(value)) return;
    if (found.length && found.at(-1)[1] === place - 1) found.at(-1)[1] = place;
    else found.push([place, place]);
  });
  return found;
}

const between = ([first, last]) => Array.from({ length: last - first + 1 }, (_, step) => first + step);

function line(area, values, shape, attributes) {
  const middle = (place) => (area.x(place) + area.step / 2).toFixed(1);
  const d = runs(values).map((run) => `M${between(run).map((place) => `${middle(place)} ${area.y(values[place]).toFixed(1)}`).join("L")}${run[0] === run[1] ? "h0.01" : ""}`).join("");
  return s("path", { class: shape, d, ...attributes });
}

function band(area, { low, high, ink }) {
  const middle = (place) => (area.x(place) + area.step / 2).toFixed(1);
  const d = runs(low).map((run) => {
    const there = between(run).map((place) => `${middle(place)} ${area.y(high[place]).toFixed(1)}`);
    const back = between(run).reverse().map((place) => `${middle(place)} ${area.y(low[place]).toFixed(1)}`);
    return `M${[...there, ...back].join("L")}z`;
  }).join("");
  return s("path", { class: `band ink-${ink}`, d });
}

const isFew = ({ n }, place) => n !== undefined && (n[place] ?? 0) < FEW;

/** The parts of a line that enough sessions speak for. */
function certain(each) {
  return each.values.map((value, place) => (isFew(each, place) ? null : value));
}

function curve(area, each) {
  const { values, ink, shape } = each;
  const point = (value, place) => (known(value) ? s("circle", { class: `point ink-${ink} ${isFew(each, place) ? "few" : ""}`, cx: area.x(place) + area.step / 2, cy: area.y(value), r: isFew(each, place) ? 2 : 2.5 }) : null);
  return [
    each.before ? line(area, each.before, "dots") : null,
    each.n ? line(area, values, "curve few") : null,
    line(area, certain(each), `curve ink-${ink} ${shape ?? ""}`),
    values.length <= DOTTED ? values.map(point) : null];
}

function capacity(area, { value, label }) {
  const y = area.y(value);
  return [s("line", { class: "capacity", x1: area.left, x2: area.left + area.width, y1: y, y2: y }), s("text", { class: "said", x: area.left + area.width, y: y - 5, "text-anchor": "end" }, label)];
}

function highest({ series, capacity: room }) {
  const all = series.flatMap(({ values, high = [], n, before }) => [...values, ...(before ?? []), ...high.filter((_, place) => !n || n[place] >= FEW)]);
  return Math.max(0, room?.value ?? 0, ...all.filter(known));
}

/** The drawing and the geometry of its marks; a place is [slice, series]. */
export function curves(data, width, height) {
  const { series, starts } = data;
  const top = data.unit === "rate" ? Math.min(1, highest(data)) : highest(data);
  const area = field({ ...data, top, width, height });
  const clip = (y) => Math.max(area.top, y); // a band of few sessions reaches above the field
  const bounded = { ...area, y: (value) => clip(area.y(value)) };
  const column = (slice) => ({ x: area.x(slice), y: area.top, width: area.step, height: area.height });
  const nearest = (slice, y) => {
    const away = series.map(({ values }) => (known(values[slice]) ? Math.abs(area.y(values[slice]) - y) : Infinity));
    return Math.max(0, away.indexOf(Math.min(...away)));
  };
  return {
    area, width, height, column,
    svg: s("svg", { class: "drawn", "aria-hidden": "true" }, area.grid,
      series.filter(({ low }) => low).map((each) => band(bounded, each)), series.map((each) => curve(bounded, each)), data.capacity ? capacity(area, data.capacity) : null),
    find(x, y) {
      const slice = sliceAt(area, x, starts.length);
      return slice === null || y > area.floor + 4 ? null : [slice, nearest(slice, y)];
    },
    start: () => [Math.max(0, series[0].values.findLastIndex(known)), 0],
    step: (place, key) => stepped(place, key, starts.length, { lowest: 0, highest: series.length - 1 }),
    place([slice, at]) {
      const value = series[at].values[slice];
      const slot = column(slice);
      const middle = slot.x + slot.width / 2;
      const signs = [s("line", { class: "hair", x1: middle, x2: middle, y1: area.top, y2: area.floor }), known(value) ? s("circle", { class: `meant ink-${series[at].ink}`, cx: middle, cy: bounded.y(value), r: 4 }) : null];
      return { box: slot, signs: signs.filter(Boolean), at: { top: area.top, bottom: area.floor, middle } };
    },
    isFew, told: (each, slice) => told(each.values[slice], data.unit),
  };
}
