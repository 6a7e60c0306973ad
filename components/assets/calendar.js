// A month to pick days from: first press the first day, second press the last. Days are texts like
// "2026-11-22"; which zone they are days of is for others to know.
import { h, icon } from "./prelude.js";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const DAY_MS = 86_400_000;

const parse = (day) => new Date(`${day}T00:00:00Z`);
const written = (date) => date.toISOString().slice(0, 10);
export const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(parse(text).getTime()) && written(parse(text)) === text;
const spoken = (day) => `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
const moved = (day, days) => written(new Date(parse(day).getTime() + days * DAY_MS));

/** The day a number of months away, the last one of its month where that is shorter. */
function monthsAway(day, months) {
  const date = parse(day);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date.getUTCDate(), last));
  return written(first);
}

/** The 42 days of a month's grid, from the Monday on or before its first. */
function grid(month) {
  const first = parse(`${month}-01`);
  const monday = new Date(first.getTime() - ((first.getUTCDay() + 6) % 7) * DAY_MS);
  return Array.from({ length: 42 }, (_, place) => written(new Date(monday.getTime() + place * DAY_MS)));
}

/** Nodes of the calendar; `state` is {month, at, from, after, before}: `from` is a first pick. */
export function calendar(state, today) {
  const { month, at, from } = state;
  const [after, before] = from ? [from, from] : [state.after, state.before];
  const cell = (day) => {
    const isEdge = day === after || day === before;
    const classes = [day.slice(0, 7) === month ? null : "other", isEdge ? "edge" : after && before && day > after && day < before ? "within" : null, day === today ? "today" : null];
    return h("td", { role: "gridcell", "aria-selected": isEdge ? "true" : null },
      h("button", { type: "button", "data-date": day, "data-key": day, class: classes.filter(Boolean).join(" ") || null, "aria-label": spoken(day), "aria-current": day === today ? "date" : null, tabindex: day === at ? "0" : "-1" }, String(Number(day.slice(8)))));
  };
  const days = grid(month);
  return h("div", { class: "calendar" },
    h("div", { class: "month" },
      h("button", { type: "button", class: "step", "data-step": "-1", "aria-label": "Previous month" }, icon("chevron_left")),
      h("b", { "aria-live": "polite" }, `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`),
      h("button", { type: "button", class: "step", "data-step": "1", "aria-label": "Next month" }, icon("chevron_right"))),
    h("table", { role: "grid", "aria-label": "Days" },
      h("thead", {}, h("tr", {}, DAYS.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, Array.from({ length: 6 }, (_, week) => h("tr", {}, days.slice(week * 7, week * 7 + 7).map(cell))))));
}

/** Start or follow what the address says; a half-made pick and the month looked at stay. */
export function follow(state, { after, before }, today) {
  if (state.after !== after || state.before !== before || !state.month) {
    const at = before || today;
    Object.assign(state, { after, before, from: null, at, month: at.slice(0, 7) });
  }
  return state;
}

const STEPS = { ArrowLeft: (day) => moved(day, -1), ArrowRight: (day) => moved(day, 1), ArrowUp: (day) => moved(day, -7), ArrowDown: (day) => moved(day, 7),
  PageUp: (day) => monthsAway(day, -1), PageDown: (day) => monthsAway(day, 1), Home: (day) => `${day.slice(0, 8)}01`, End: (day) => moved(monthsAway(`${day.slice(0, 8)}01`, 1), -1) };

/** Take a key on a day; returns the day to go to, or null where the key means nothing here. */
export function keyed(state, key) {
  const step = STEPS[key];
  if (!step) return null;
  state.at = step(state.at);
  state.month = state.at.slice(0, 7);
  return state.at;
}

/** Take a press; returns [first, last] once both are picked, else null. */
export function pressed(state, button) {
  if (button.dataset.step) {
    state.at = monthsAway(`${state.month}-01`, Number(button.dataset.step));
    state.month = state.at.slice(0, 7);
    return null;
  }
  const day = button.dataset.date;
  state.at = day;
  state.month = day.slice(0, 7);
  if (!state.from) {
    state.from = day;
    return null;
  }
  const picked = [state.from, day].sort();
  state.from = null;
  return picked;
}
