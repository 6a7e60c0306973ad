// The lane beside a transcript: its turns, silences, tools, handoffs and errors to the scale of time.
import { h, s } from "./prelude.js";
import { offset } from "./times.js";
import { isMessage } from "./turns.js";

const HEAD = 22; // pixels above the scale, for "U" and "A"
const FOOT = 8;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800, 2592000].map((seconds) => seconds * 1000);
const MOST = 9; // ticks
const RING = 4; // pixels between two rings at least
const READ_MS = 60; // a character takes as long to say

/** Where each turn lies, from 0 to 1, between start and end: by its time, or by its number where times are missing. */
export function scale(turns, { started, until }) {
  const times = turns.map((turn) => turn.at).filter((at) => at !== null);
  const isTimed = times.length > 0;
  const [first, last] = ends([...times, started, until].filter((at) => at !== null));
  if (!isTimed || last <= first) return { places: turns.map((_, place) => place / turns.length), span: null };
  let before = 0;
  const places = turns.map(({ at }) => (before = at === null ? before : (at - first) / (last - first)));
  return { places, first, span: last - first };
}

/** The least and the greatest, without handing thousands of numbers to one call. */
const ends = (times) => [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)];

/** How high a turn is drawn: as long as it took to say, at most until the next. */
function heights(turns, { places, span }, height) {
  return turns.map((turn, place) => {
    const next = places[place + 1] ?? 1;
    const said = span === null ? 1 : (turn.text.length * READ_MS) / span;
    return Math.max(2, Math.min(said, Math.max(0, next - places[place])) * height - 1);
  });
}

function ticks({ first, span }, zero, width, height) {
  if (span === null || width < 60) return [];
  const step = STEPS.find((each) => span / each <= MOST) ?? span;
  const found = [];
  for (let at = Math.ceil((first - zero) / step) * step; zero + at <= first + span; at += step) {
    found.push(s("text", { class: "tick", x: width - 52, y: HEAD + ((zero + at - first) / span) * height + 4 }, offset(at)));
  }
  return found;
}

/** The lane of a transcript, drawn into `svg`; `press` hears which turn was pressed or dragged to. */
export class Lane {
  constructor(svg, press) {
    Object.assign(this, { svg, press, y: [] });
    svg.addEventListener("pointerdown", (event) => this.pressed(event));
  }

  /** Draw the turns; started and until are its ends, zero is what times count from. */
  draw(turns, { started, until, zero }) {
    const { width, height: whole } = this.svg.getBoundingClientRect();
    const height = Math.max(1, whole - HEAD - FOOT);
    const found = scale(turns, { started, until });
    const lane = Math.min(20, (width - 6) / 2);
    const middle = width - 4 - lane;
    this.y = found.places.map((place) => HEAD + place * height);
    this.bottom = whole - FOOT + 2;
    const paths = drawn(turns, this.y, heights(turns, found, height), { found, height, lane, middle });
    this.svg.replaceChildren(
      s("text", { class: "side", x: middle - lane / 2, y: 14 }, "U"), s("text", { class: "side", x: middle + lane / 2, y: 14 }, "A"),
      s("path", { class: "axis", d: `M${middle} ${HEAD}v${height}` }),
      ...["silence", "user", "agent", "handoff", "error", "call"].map((kind) => s("path", { class: kind, d: paths[kind] })),
      ...ticks(found, zero, width, height),
      s("rect", { class: "window", x: middle - lane, width: 2 * lane, rx: 3 }));
  }

  /** Show which turns are on the screen. */
  moveWindow(from, to) {
    const shown = this.svg.querySelector(".window");
    if (!shown || this.y.length === 0) return;
    const bottom = this.y[to + 1] ?? this.bottom;
    shown.setAttribute("y", Math.max(1, this.y[from] - 2));
    shown.setAttribute("height", Math.max(6, bottom - this.y[from] + 2));
  }

  pressed(event) {
    const to = (y) => this.press(turnAt(this.y, y - this.svg.getBoundingClientRect().top));
    const move = ({ clientY }) => to(clientY);
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.svg.addEventListener("pointermove", move);
    this.svg.addEventListener("lostpointercapture", () => this.svg.removeEventListener("pointermove", move), { once: true });
    to(event.clientY);
  }
}

/** The path of each kind: bars of what was said, hatched silences, rings of tools, lines of what matters. */
function drawn(turns, y, high, { found, height, lane, middle }) {
  const paths = { user: "", agent: "", silence: "", error: "", handoff: "", call: "" };
  let ringed = -Infinity;
  turns.forEach((turn, place) => {
    const at = y[place].toFixed(1);
    if (turn.silence && found.span) paths.silence += `M${middle - lane} ${at}h${2 * lane}v${(-turn.silence / found.span * height).toFixed(1)}h${-2 * lane}z`;
    if (isMessage(turn)) paths[turn.kind] += `M${turn.kind === "user" ? middle - lane + 2 : middle + 2} ${at}h${lane - 4}v${high[place].toFixed(1)}h${4 - lane}z`;
    if (turn.kind === "error" || turn.kind === "handoff") paths[turn.kind] += `M${middle - lane} ${at}h${2 * lane}`;
    if (turn.kind === "tool_call" && y[place] - ringed >= RING) { // of rings in one place, one is seen
      ringed = y[place];
      paths.call += `M${middle - 2.5} ${at}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`;
    }
  });
  return paths;
}

/** The turn that lies nearest to a height of the lane. */
function turnAt(y, height) {
  let best = 0;
  y.forEach((at, place) => { if (Math.abs(at - height) < Math.abs(y[best] - height)) best = place; });
  return best;
}

/** The lane, empty: hatching is a pattern, for a path can be filled with nothing else. */
export const lane = (isEmpty) => h("div", { class: "lane", "data-key": "lane", "data-own": true, "aria-hidden": "true", hidden: isEmpty },
  s("svg", { class: "hatching", width: 0, height: 0 }, s("defs", {}, s("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("path", { d: "M0 0v5", class: "stripe" })))),
  s("svg", { class: "map" }));
