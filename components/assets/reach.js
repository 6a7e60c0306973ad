// The marks of a plot within reach of pointer, keys and touch. A plot has hundreds of marks and one
// link, which lies over the mark that is meant: under the pointer, or where the arrow keys have led.
// So every mark opens in a new tab as links do, and Tab passes a plot in one step. Beside it the
// tip says what the mark counts, with a link to the sessions behind each of its numbers.
//
// A chart tells: `find(x, y)`, `start()`, `step(place, key)` -> place, which is [slice, series];
// `mark(place)` -> {box, signs, label, change, tip: {title, rows, show}}; and, where a span of
// slices is a filter, `span(from, to)` -> {box, label, change}.
import { changed, go, h, icon, link, s } from "./prelude.js";
import { sessions } from "./numbers.js";

const SIDES = 28; // padding and border of the frame
const DRAG = 5; // pixels from which on a press is a drag
const GAP = 6; // between a mark and its tip, bridged by the tip's own ::after
const STEPS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

const rect = (box, attributes) => s("rect", { x: box.x, y: box.y, width: Math.max(box.width, 0.1), height: Math.max(box.height, 0.1), ...attributes });

function row({ ink, label, text, before, show, isMeant }) {
  const words = [h("i", { class: `swatch ${ink ? `ink-${ink}` : ""}` }), h("span", { class: "clip" }, label), h("b", { class: "num" }, text), before ? h("span", { class: "num muted" }, before) : null];
  const kind = `told ${isMeant ? "meant" : ""}`;
  return show ? link(show.change, { push: true, path: "", class: kind, "aria-label": `${label}: ${text}. Show ${sessions(show.count)}` }, words, icon("chevron_right", "small")) : h("div", { class: kind }, words);
}

function fillTip(tip, { change, tip: { title, rows, show, note } }) {
  tip.replaceChildren(h("b", { class: "title" }, title), h("div", { class: "rows" }, rows.map(row)), note ? h("p", { class: "muted" }, note) : "",
    h("div", { class: "ways" },
      change ? link(change, { push: true, class: "way" }, icon("filter_alt", "small"), "Only these") : "",
      show ? link(show.change, { push: true, path: "", class: "way" }, icon("arrow_forward", "small"), `Show ${sessions(show.count)}`) : ""));
}

/** Put the tip over its mark, or under it where there is no room. */
function placeTip(tip, plot, { top, bottom, middle }) {
  if (!tip.matches(":popover-open")) tip.showPopover();
  const { x, y } = plot.getBoundingClientRect();
  const above = y + top - tip.offsetHeight - GAP;
  tip.style.left = `${Math.max(8, Math.min(x + middle - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${above >= 8 ? above : Math.min(y + bottom + GAP, innerHeight - tip.offsetHeight - 8)}px`;
}

function hide(state) {
  if (state.tip.matches(":popover-open")) state.tip.hidePopover();
  state.plot.classList.remove("pointed");
}

/** Bring link, chosen span and tip to the place that is meant. */
function settle(state, isShown = true) {
  const { chart, place, from, cursor, chosen } = state;
  const span = from && chart.span ? chart.span(from[0], place[0]) : null;
  const mark = chart.mark(place);
  const meant = span ?? mark;
  cursor.setAttribute("aria-label", meant.label);
  for (const [name, value] of [["data-change", meant.change && JSON.stringify(meant.change)], ["href", meant.change && changed(meant.change).href], ["role", !meant.change && "img"]]) {
    if (value) cursor.setAttribute(name, value);
    else cursor.removeAttribute(name);
  }
  cursor.replaceChildren(rect(mark.box, { class: "hit" }), ...(mark.signs ?? []));
  chosen.replaceChildren(...(span ? [rect(span.box, {})] : []));
  if (!isShown) return;
  state.plot.classList.add("pointed");
  fillTip(state.tip, span ? { change: span.change, tip: { title: span.label, rows: span.rows } } : mark);
  placeTip(state.tip, state.plot, mark.at);
}

const same = (a, b) => a && b && a[0] === b[0] && a[1] === b[1];

function spot(state, event) {
  const { x, y } = state.plot.getBoundingClientRect();
  return state.chart.find(event.clientX - x, event.clientY - y);
}

/** Whether the pointer is on its way to the tip, which then stays. */
function isLeaving({ tip, plot }, { movementX, movementY }) {
  if (!tip.matches(":popover-open")) return false;
  const isAbove = tip.getBoundingClientRect().top < plot.getBoundingClientRect().top;
  return (isAbove ? -movementY : movementY) > Math.abs(movementX);
}

function point(state, event) {
  const place = spot(state, event);
  if (state.press && !state.isDrag && state.chart.span && Math.abs(event.clientX - state.press.x) > DRAG) {
    state.isDrag = true;
    state.from = state.press.place;
    state.plot.setPointerCapture(event.pointerId);
    hide(state);
  }
  if (!place || (!state.isDrag && (same(place, state.place) ? state.tip.matches(":popover-open") : isLeaving(state, event)))) return;
  state.place = place;
  settle(state, !state.isDrag);
}

function release(state) {
  const { isDrag, from, place, chart } = state;
  Object.assign(state, { press: null, from: null, isDrag: false, wasDrag: isDrag });
  if (!isDrag) return;
  settle(state, false);
  go(chart.span(from[0], place[0]).change, true);
}

/** A press of a finger tells first what lies there; a drag has done its work already. */
function press(state, event) {
  const isFirst = event.pointerType === "touch" && !same(state.touched, state.place);
  state.touched = event.pointerType === "touch" ? state.place : null;
  if (!state.wasDrag && !isFirst) return;
  state.wasDrag = false;
  event.preventDefault();
  event.stopPropagation();
}

function key(state, event) {
  if (event.key === "Escape" && (state.from || state.tip.matches(":popover-open"))) {
    event.preventDefault();
    state.from = null;
    settle(state, false);
    hide(state);
  }
  if (!STEPS.has(event.key) || event.target !== state.cursor || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  state.from = event.shiftKey && state.chart.span ? (state.from ?? state.place) : null;
  state.place = state.chart.step(state.place, event.key) ?? state.place;
  settle(state);
}

const isWithin = (state, node) => node && (state.tip.contains(node) || state.cursor.contains(node));

function listen(state) {
  const { plot, tip, cursor } = state;
  plot.addEventListener("pointerdown", (event) => {
    if (event.button || tip.contains(event.target)) return;
    Object.assign(state, { wasDrag: false, press: { x: event.clientX, place: spot(state, event) } });
    if (event.pointerType === "touch") point(state, event);
  });
  plot.addEventListener("pointermove", (event) => tip.contains(event.target) || point(state, event));
  plot.addEventListener("pointerup", () => release(state));
  plot.addEventListener("pointercancel", () => Object.assign(state, { press: null, from: null, isDrag: false }));
  plot.addEventListener("pointerleave", (event) => event.pointerType === "touch" || isWithin(state, event.relatedTarget) || state.isDrag || hide(state));
  plot.addEventListener("dragstart", (event) => event.preventDefault());
  plot.addEventListener("click", (event) => tip.contains(event.target) || press(state, event));
  plot.addEventListener("keydown", (event) => key(state, event));
  cursor.addEventListener("focus", () => cursor.matches(":focus-visible") && settle(state));
  plot.addEventListener("focusout", (event) => isWithin(state, event.relatedTarget) || hide(state));
}

function made(plot) {
  const cursor = s("a", { class: "cursor", tabindex: "0", draggable: "false", "data-push": true });
  const chosen = s("g", { class: "chosen" });
  const tip = h("div", { class: "tip", popover: "manual" });
  const over = s("svg", { class: "over" }, chosen, cursor);
  const state = { plot, cursor, chosen, tip, over, drawn: s("svg") };
  plot.replaceChildren(state.drawn, over, tip);
  listen(state);
  return state;
}

const PLOTS = new WeakMap();

/** Show the chart ({svg, width, height} and what reaches its marks) that `make` draws for a width;
 * none where the frame has no width, because it is not shown at the moment. */
export function reach(root, { width }, make) {
  if (width <= SIDES) return;
  const plot = root.querySelector(".plot");
  const chart = make(width - SIDES);
  if (!PLOTS.has(plot)) PLOTS.set(plot, made(plot));
  const state = PLOTS.get(plot);
  state.drawn.replaceWith(chart.svg);
  Object.assign(state, { drawn: chart.svg, chart, from: null });
  for (const svg of [state.drawn, state.over]) for (const side of ["width", "height"]) svg.setAttribute(side, chart[side]);
  state.place = chart.kept(state.place) ?? chart.start();
  settle(state, state.tip.matches(":popover-open"));
}
