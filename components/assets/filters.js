// The filters beside the search field: a menu each, on a phone all of them in one sheet. A box that
// is ticked changes the address, nothing else: the address is the only place that remembers a filter.
import { calendar, follow, isDay, keyed, pressed } from "./calendar.js";
import { pairForm, suggest, taken } from "./metadata.js";
import { opener, placed } from "./popover.js";
import { draw, go, h, icon, link, style } from "./prelude.js";

const sheet = await style("filters");
const phone = matchMedia("(max-width: 640px)");
const SHOWN = 200; // options in sight at once; the find field reaches the others
const MANY = 12; // from here on a menu has a find field
const count = (number) => number.toLocaleString("en");
const chosen = (field) => new URLSearchParams(location.search).getAll(field);
let serial = 0;

const TONES = { channel: (value) => `channel ${value}`, status: (value) => value, type: () => "grey" }; // classes of look.css

function option(field, values, { value, label, icon: sign, count: total }) {
  return h("label", { class: `option ${TONES[field]?.(value) ?? ""} ${total === 0 ? "none" : ""}`, "data-key": value },
    h("input", { type: "checkbox", "data-field": field, value, checked: values.includes(value) }),
    sign ? icon(sign) : null, h("span", { class: "clip", title: label }, label),
    total === undefined ? null : h("span", { class: "count num" }, count(total)));
}

/** What a menu offers: those that are chosen first where there are many, then what is looked for. */
function choices({ field, label, options, hint }, state) {
  const values = chosen(field);
  const isLong = options.length > MANY;
  const wanted = (state.find[field] ?? "").toLowerCase();
  const found = options.filter((each) => values.includes(each.value) || each.label.toLowerCase().includes(wanted));
  if (isLong) found.sort((a, b) => values.includes(b.value) - values.includes(a.value));
  return [
    isLong ? h("input", { class: "field find", type: "search", "data-find": field, "data-key": `find-${field}`, placeholder: `Find in ${count(options.length)}`, "aria-label": `Find ${label}` }) : null,
    found.slice(0, SHOWN).map((each) => option(field, values, each)),
    found.length > SHOWN ? h("div", { class: "hint" }, `${count(found.length - SHOWN)} more: type to find them.`) : null,
    found.length ? null : h("div", { class: "hint" }, "None of them is called so."),
    hint ? h("div", { class: "hint" }, hint) : null,
  ];
}

const DATED = ["range", "started_after", "started_before"];
const only = (change) => ({ ...Object.fromEntries(DATED.map((field) => [field, []])), page: [], ...change });

function dates(id, { value, presets, usual, after, before, zone, today }, state) {
  return [
    h("div", { class: "pills" }, presets.map((preset) =>
      link(only({ range: preset.value === usual ? [] : [preset.value] }), { class: "pill", "data-key": preset.value, "aria-current": preset.value === value ? "true" : null }, preset.label))),
    calendar(follow(state.days, { after, before }, today), today),
    h("div", { class: "dates" },
      h("label", { for: `${id}-after` }, "From"), h("input", { class: "field num", id: `${id}-after`, "data-day": "after", value: after, placeholder: "YYYY-MM-DD", inputmode: "numeric", maxlength: 10, autocomplete: "off" }),
      h("label", { for: `${id}-before` }, "To"), h("input", { class: "field num", id: `${id}-before`, "data-day": "before", value: before, placeholder: "YYYY-MM-DD", inputmode: "numeric", maxlength: 10, autocomplete: "off" })),
    h("p", { class: "wrong", role: "alert" }, state.wrong),
    h("div", { class: "hint" }, `Whole days in the report zone, ${zone}.`)];
}

/** The menus in their order: name, label, how many are chosen, and what is in them. */
function menus(prefix, data, state) {
  const [first, second, ...rest] = data.menus.map((menu) => ({
    field: menu.field, label: menu.label, amount: chosen(menu.field).length, inside: choices(menu, state) }));
  const range = { field: "range", label: data.range.label, sign: "calendar_today", title: "Started", inside: dates(`${prefix}-range`, data.range, state) };
  const pairs = { field: "metadata", label: "Metadata", amount: chosen("metadata").length, inside: pairForm(`${prefix}-pair`, data.pairs) };
  return [range, first, second, ...rest, pairs];
}

const bar = (prefix, found) => h("div", { class: "bar", role: "group", "aria-label": "Filters", "data-key": "bar" },
  found.map(({ field, label, amount, sign, title, inside }) => [
    opener(`${prefix}-${field}`, sign, label, amount),
    h("div", { class: `menu of-${field}`, id: `${prefix}-${field}`, "data-key": `menu-${field}`, popover: "auto", role: "dialog", "aria-label": title ?? label }, inside)]));

const folded = (prefix, found, data) => h("div", { class: "bar", role: "group", "aria-label": "Filters", "data-key": "folded" },
  opener(`${prefix}-sheet`, "tune", "Filters", data.set),
  h("div", { class: "menu sheet", id: `${prefix}-sheet`, "data-key": "sheet", popover: "auto", role: "dialog", "aria-label": "Filters" },
    found.map(({ field, label, title, inside }) => h("section", { "data-key": field, "aria-label": title ?? label }, h("h2", {}, title ?? label), inside)),
    h("div", { class: "done" }, h("button", { class: "button", type: "button", popovertarget: `${prefix}-sheet`, popovertargetaction: "hide" },
      data.total === null ? "Done" : `Show ${count(data.total)} session${data.total === 1 ? "" : "s"}`))));

/** The start of a day in a zone as RFC 3339 with that day's own offset. */
export function startOfDay(day, zone, add = 0) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + add);
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  const offsetAt = (moment) => parts.formatToParts(moment).find((part) => part.type === "timeZoneName").value.slice(3) || "+00:00";
  const minutes = (text) => (text[0] === "-" ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6)));
  const guess = new Date(date.getTime() - minutes(offsetAt(date)) * 60000);
  return `${date.toISOString().slice(0, 19)}${offsetAt(guess)}`;
}

const setDays = (after, before, zone) =>
  go(only({ range: ["custom"], started_after: [startOfDay(after, zone)], started_before: [startOfDay(before, zone, 1)] }));

/** Read the two typed days; returns what is wrong with them, in words. */
function typed(root, zone) {
  const [after, before] = ["after", "before"].map((name) => root.querySelector(`[data-day="${name}"]`).value.trim());
  if (!after || !before) return "";
  if (!isDay(after) || !isDay(before)) return "A day reads 2026-11-22.";
  if (after > before) return "The first day lies after the last.";
  setDays(after, before, zone);
  return "";
}

/** Arrow keys go from option to option. */
function step(event) {
  const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const from = event.target.closest(".option, .find");
  if (!down || !from) return;
  const all = [...from.parentElement.querySelectorAll(".find, .option input")];
  const to = all[all.indexOf(event.target) + down];
  if (!to) return;
  event.preventDefault();
  to.focus();
}

/** How what has the focus is found again in another drawing. */
function way(node) {
  for (const name of ["date", "step", "day", "find", "part", "key"]) {
    if (node.dataset[name]) return `[data-${name}="${CSS.escape(node.dataset[name])}"]`;
  }
  return node.dataset.field ? `[data-field="${node.dataset.field}"][value="${CSS.escape(node.value)}"]` : null;
}

/** Open what was open in the element that this one has replaced, with what was typed, and give the
 * focus back. */
function reopen(root, { open, focus, typing }) {
  root.querySelector(`[id="${open}"]`)?.showPopover();
  for (const [place, text] of Object.entries(typing)) {
    const field = root.querySelector(place);
    if (field) field.value = text;
  }
  if (focus) root.querySelector(focus)?.focus();
}

function listen(root, state, redraw) {
  placed(root);
  root.addEventListener("toggle", ({ newState, target }) => {
    if (newState === "open") state.open = target.id;
    else if (state.open === target.id) state.open = null;
  }, true);
  root.addEventListener("focusin", ({ target }) => { state.focus = way(target); });
  root.addEventListener("click", ({ target }) => {
    const day = target.closest("[data-date], [data-step]");
    if (day) {
      const picked = pressed(state.days, day);
      if (picked) setDays(...picked, state.data.range.zone);
      redraw();
    }
    const form = target.closest("[data-add]")?.closest("[data-pair]");
    const added = form ? taken(form) : null;
    if (!added) return;
    for (const field of form.querySelectorAll("input")) delete state.typing[way(field)];
    go({ metadata: { add: added }, page: [] });
  });
  root.addEventListener("keydown", (event) => {
    const to = event.target.dataset.date ? keyed(state.days, event.key) : null;
    if (to) {
      event.preventDefault();
      redraw();
      root.querySelector(`[data-date="${to}"]`).focus();
    } else if (event.key === "Enter" && event.target.closest("[data-pair]") && !event.target.matches("button")) {
      event.target.closest("[data-pair]").querySelector("[data-add]").click();
    } else step(event);
  });
  root.addEventListener("input", ({ target }) => {
    if (!target.dataset.field) state.typing[way(target)] = target.value;
    if (target.dataset.find) {
      state.find[target.dataset.find] = target.value;
      redraw();
    }
    if (target.closest("[data-pair]")) suggest(target.closest("[data-pair]"), state.data.pairs);
  });
  root.addEventListener("change", ({ target }) => {
    if (target.dataset.day) {
      state.wrong = typed(root, state.data.range.zone);
      redraw();
    }
    if (target.dataset.field) go({ [target.dataset.field]: { [target.checked ? "add" : "remove"]: target.value } });
  });
  phone.addEventListener("change", redraw);
}

// At first the menus stand without counts; the element with counts takes their place, also under
// somebody's hands.
let last = null;

const fresh = () => ({ prefix: `m${(serial += 1)}`, find: {}, days: {}, typing: {}, wrong: "" });

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= last?.open ? { ...last, isHeard: false } : fresh());
  last = state;
  state.data = data;
  const redraw = () => {
    const found = menus(state.prefix, state.data, state);
    const root = draw(component, [sheet], phone.matches ? folded(state.prefix, found, state.data) : bar(state.prefix, found));
    const { after, before } = state.data.range;
    if (state.shown !== `${after} ${before}`) { // what is half typed stays until the range is another
      state.shown = `${after} ${before}`;
      for (const day of root.querySelectorAll("[data-day]")) {
        day.value = day.getAttribute("value") ?? "";
        delete state.typing[way(day)];
      }
    }
    for (const form of root.querySelectorAll("[data-pair]")) suggest(form, state.data.pairs);
    return root;
  };
  const root = redraw();
  if (state.isHeard) return;
  state.isHeard = true;
  listen(root, state, redraw);
  if (!state.open) return;
  reopen(root, state);
  for (const form of root.querySelectorAll("[data-pair]")) suggest(form, data.pairs);
}
