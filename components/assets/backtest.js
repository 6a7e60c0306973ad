// What a rule would have done: the number of each window, where it fires and is resolved, as lines,
// and the times in which it would have fired, as bands behind them.
import { field } from "./axes.js";
import { told } from "./numbers.js";
import { s } from "./prelude.js";

const HEIGHT = 220;
const known = (value) => value !== null && value !== undefined;

/** The path of a line with gaps where nothing is known; none goes below the floor. */
function path(area, values) {
  let isOpen = false;
  return values.map((value, place) => {
    if (!known(value)) { isOpen = false; return ""; }
    const at = `${isOpen ? "L" : "M"}${(area.x(place) + area.step / 2).toFixed(1)} ${area.y(Math.max(0, value)).toFixed(1)}`;
    isOpen = true;
    return at;
  }).join("");
}

function band(area, [first, last], count) {
  const left = area.x(first);
  const right = last === null ? area.x(count) : area.x(Math.max(last, first + 1));
  return s("rect", { class: "fires", x: left, y: area.top, width: Math.max(right - left, 2), height: area.height });
}

const edge = (area, value, label, shape, isUnder) => [
  s("line", { class: `rule ${shape}`, x1: area.left, x2: area.left + area.width, y1: area.y(value), y2: area.y(value) }),
  s("text", { class: "said", x: area.left + area.width, y: area.y(value) + (isUnder ? 14 : -5), "text-anchor": "end" }, label)];

/** The drawing of a back-test, so wide. */
export function backtest({ starts, values, unit, threshold, resolve, spans, is_below: isBelow }, width) {
  const edges = threshold === null ? [] : [threshold, resolve];
  const top = Math.max(0, ...values.filter(known), ...edges);
  const area = field({ starts, interval: "", unit, top, width, height: HEIGHT });
  return s("svg", { class: "drawn", width, height: HEIGHT, "aria-hidden": "true" },
    spans.map((span) => band(area, span, starts.length)), area.grid,
    s("path", { class: "curve ink-text thin", d: path(area, values) }),
    threshold === null ? null : [
      resolve === threshold ? null : edge(area, resolve, `resolved at ${told(resolve, unit)}`, "quiet", !isBelow),
      edge(area, threshold, `fires ${isBelow ? "below" : "above"} ${told(threshold, unit)}`, "", isBelow)].filter(Boolean));
}
