// The field of a plot: its inner edges, the lines and words of its axes.
import { axis, lines } from "./numbers.js";
import { s } from "./prelude.js";
import { words } from "./spans.js";

const TOP = 8;
const FOOT = 36; // two lines of words
const LETTER = 6.7; // pixels of a figure at 12 px
const UNDER = 68; // pixels of the second line, "Nov 2026" and some air

/** The words with no second line that would run into the next one's. */
function spaced(found, step) {
  const under = found.filter((each) => each.under);
  const isNear = (each) => under.some(({ place }) => place > each.place && (place - each.place) * step < UNDER);
  return found.map((each) => (each.under && isNear(each) ? { ...each, under: "" } : each));
}

/** Where slices and values lie: {left, top, width, height, step, x(place), y(value), grid}. */
export function field({ starts, interval, unit, top, width, height }) {
  const high = top > 0 ? top * 1.04 : 1;
  const marked = lines(high, unit);
  const told = marked.map((value) => axis(value, unit, marked.at(-1)));
  const left = Math.ceil(Math.max(...told.map((text) => text.length)) * LETTER) + 10;
  const inner = { left, top: TOP, width: Math.max(width - left - 8, 40), height: height - TOP - FOOT };
  const step = inner.width / Math.max(starts.length, 1);
  const y = (value) => inner.top + inner.height * (1 - value / high);
  const x = (place) => left + place * step;
  const floor = inner.top + inner.height;
  const grid = s("g", { class: "axes" },
    marked.map((value, index) => [
      s("line", { class: "grid", x1: left, x2: left + inner.width, y1: y(value), y2: y(value) }),
      s("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, told[index])]),
    spaced(words(starts, interval, inner.width), step).map(({ place, word, under }) => {
      const middle = x(place) + step / 2;
      const anchor = middle < left + 12 ? "start" : middle > left + inner.width - 16 ? "end" : "middle";
      return [s("text", { x: middle, y: floor + 16, "text-anchor": anchor }, word), s("text", { x: middle, y: floor + 31, "text-anchor": anchor }, under)];
    }));
  return { ...inner, step, x, y, floor, grid };
}

/** The slice at a distance from the left edge of the plot. */
export const sliceAt = ({ left, step, width }, x, slices) => (x < left - 4 || x > left + width + 4 ? null : Math.max(0, Math.min(slices - 1, Math.floor((x - left) / step))));

/** The place that a key leads to among slices and series; Home and End are the ends of time. */
export function stepped([slice, series], key, slices, { lowest, highest }) {
  const within = (place, low, high) => Math.max(low, Math.min(high, place));
  if (key === "Home" || key === "End") return [key === "Home" ? 0 : slices - 1, series];
  const along = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[key] ?? 0;
  const up = { ArrowUp: 1, ArrowDown: -1 }[key] ?? 0;
  return [within(slice + along, 0, slices - 1), within(series + up, lowest, highest)];
}
