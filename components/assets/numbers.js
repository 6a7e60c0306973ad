// Numbers as people read them, by the unit of their metric: sessions, rate, ms, number.
import { duration } from "./times.js";

const MINUTE = 60_000;
// Steps between the lines of an axis of time: from a millisecond to days.
const LASTING = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1440, 2880, 7200].map((step) => step * MINUTE)];
const LINES = 4; // above the lowest one

/** "1,234" */
export const count = (number) => Math.round(number).toLocaleString("en");

/** "418 ms", "2.1 s", then as a duration */
function lasting(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return milliseconds < MINUTE - 50 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}

/** A value in the words of its unit: "6.8%", "2.1 s", "4.2", "1,234"; "≈ 2.1 s" where it is near. */
export function told(value, unit, isNear = false) {
  if (value === null || value === undefined) return "None";
  if (isNear) return `≈ ${told(value, unit)}`;
  if (unit === "rate") return `${(value * 100).toFixed(1)}%`;
  if (unit === "ms") return lasting(value);
  return unit === "number" ? value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : count(value);
}

/** How far a value has moved, without its sign: points of rates, else a part of the one before. */
export const moved = (change, unit) => `${(Math.abs(change) * 100).toFixed(1)}${unit === "rate" ? " pp" : "%"}`;

/** The plural where it is one: "1 session", "2,592 sessions". */
export const sessions = (number) => `${count(number)} session${number === 1 ? "" : "s"}`;

function stepOf(top, unit) {
  if (unit === "ms") return LASTING.find((step) => top / step <= LINES) ?? top / LINES;
  const whole = unit === "sessions" ? 1 : 0;
  const power = 10 ** Math.floor(Math.log10(top / LINES));
  return Math.max(whole, [1, 2, 2.5, 5, 10].map((part) => part * power).find((step) => top / step <= LINES && (step % 1 === 0 || !whole)) ?? 1);
}

/** Where the lines of an axis from nothing to `top` lie, at most five of them. */
export function lines(top, unit) {
  const step = stepOf(top, unit);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, place) => place * step);
}

/** What stands beside such a line, the last of which is at `last`. */
export function axis(value, unit, last) {
  if (unit === "rate") return `${Number((value * 100).toFixed(2))}%`;
  if (unit === "ms") return value === 0 ? "0" : brief(value);
  if (last >= 10_000) return value === 0 ? "0" : `${Number((value / 1000).toFixed(1)).toLocaleString("en")}k`;
  return Number(value.toFixed(2)).toLocaleString("en");
}

/** A round duration: "20 min", "30 s", "2 h", "200 ms". */
function brief(milliseconds) {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < MINUTE) return `${milliseconds / 1000} s`;
  return milliseconds < 60 * MINUTE ? `${milliseconds / MINUTE} min` : `${Number((milliseconds / (60 * MINUTE)).toFixed(1)).toLocaleString("en")} h`;
}
