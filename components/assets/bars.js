// Stacked bars over time, with the period before as a stepped line.
import { field, rule, sliceAt, stepped } from "./axes.js";
import { s } from "./prelude.js";

const GAP = 0.18; // of a slice
const SLIM = 3; // pixels: slimmer slices stand without gaps

const box = ({ x, y, width, height }) => `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;

/** Where each segment of a slice lies, from the bottom: {x, y, width, height}. */
function stack(area, series, slice, bar, indent) {
  let sum = 0;
  return series.map(({ values }) => {
    const value = values[slice] ?? 0;
    const y = area.y(sum + value);
    const height = area.y(sum) - y;
    sum += value;
    return { x: area.x(slice) + indent, y, width: bar, height };
  });
}

function ghost(area, before) {
  const steps = before.map((value, place) => `${place ? "V" : `M${area.left} `}${area.y(value ?? 0).toFixed(1)}H${area.x(place + 1).toFixed(1)}`).join("");
  return [s("path", { class: "casing", d: steps }), s("path", { class: "ghost", d: steps })];
}

/** Behind the bars, what is usual: stepped, between a low and a high value of each slice. */
function usual(area, { low, high }) {
  const slot = (place) => (high[place] === null ? "" : box({ x: area.x(place), y: area.y(high[place]), width: area.step, height: Math.max(area.y(low[place]) - area.y(high[place]), 1) }));
  return s("path", { class: "usual", d: high.map((_, place) => slot(place)).join("") });
}

/** The moment that the chart ends at. */
const nowAt = ({ left, width, top, floor }) => [s("line", { class: "rule now", x1: left + width, x2: left + width, y1: top, y2: floor }), s("text", { class: "said", x: left + width - 5, y: top + 10, "text-anchor": "end" }, "Now")];

/** The drawing and the geometry of its marks; a place is [slice, series], -1 is the whole slice. */
export function bars(data, totals, width, height) {
  const { series, starts, before, band, rules = [] } = data;
  const top = Math.max(0, ...totals, ...(before ?? []), ...rules.map(({ value }) => value), ...(band?.high ?? []));
  const area = field({ ...data, top, width, height });
  const isSlim = area.step < SLIM;
  const bar = isSlim ? area.step : area.step * (1 - GAP);
  const stacks = starts.map((_, slice) => stack(area, series, slice, bar, (area.step - bar) / 2));
  const drawn = series.map(({ ink }, at) => s("path", { class: `bar ink-${ink} ${isSlim || area.step < 5 ? "slim" : ""}`, d: stacks.filter((each) => each[at].height > 0).map((each) => box(each[at])).join("") }));
  const column = (slice) => ({ x: area.x(slice), y: area.top, width: area.step, height: area.height });
  return {
    area, width, height, column,
    svg: s("svg", { class: "drawn", "aria-hidden": "true" }, area.grid, band ? usual(area, band) : null, drawn, before ? ghost(area, before) : null, rules.map((each) => rule(area, each)), data.is_until_now ? nowAt(area) : null),
    find(x, y) {
      const slice = sliceAt(area, x, starts.length);
      if (slice === null || y > area.floor + 4) return null;
      return [slice, stacks[slice].findIndex((each) => each.height > 0 && y >= each.y && y <= each.y + each.height)];
    },
    start: () => [Math.max(0, totals.lastIndexOf(Math.max(...totals))), -1],
    step: (place, key) => stepped(place, key, starts.length, { lowest: -1, highest: series.length - 1 }),
    place([slice, at]) {
      const segment = at < 0 ? null : stacks[slice][at];
      const slot = column(slice);
      const hit = segment ? { ...slot, y: segment.y, height: Math.max(segment.height, 1) } : slot;
      const signs = [s("rect", { class: segment ? "outline" : "column", x: (segment ?? slot).x, y: hit.y, width: (segment ?? slot).width, height: hit.height })];
      return { box: hit, signs, at: { top: area.top, bottom: area.floor, middle: slot.x + slot.width / 2 } };
    },
  };
}
