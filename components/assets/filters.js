// The filters beside the search field. A box that is ticked changes the address, nothing else:
// the address is the only place that remembers a filter.
import { draw, go, h, icon, link, style } from "./prelude.js";

const sheet = await style("filters");
const count = (number) => number.toLocaleString("en");
const chosen = (field) => new URLSearchParams(location.search).getAll(field);
let serial = 0;

const opener = (id, sign, label, amount) =>
  h("button", { class: "button", type: "button", popovertarget: id, "aria-haspopup": "dialog" },
    sign && icon(sign, "small"), label, amount ? h("b", { class: "num" }, amount) : null, icon("expand_more", "small"));

function option(field, values, { value, label, icon: sign, tone, count: total }) {
  return h("label", { class: `option ${tone ?? ""}`, "data-key": value },
    h("input", { type: "checkbox", "data-field": field, value, checked: values.includes(value) }),
    sign ? icon(sign) : null, h("span", { class: "clip", title: label }, label),
    total === undefined ? null : h("span", { class: "count num" }, count(total)));
}

function menu(prefix, { field, label, options, hint }) {
  const values = chosen(field);
  const id = `${prefix}-${field}`;
  return [
    opener(id, null, label, values.length),
    h("div", { class: "menu", id, popover: "auto", role: "dialog", "aria-label": label },
      options.length > 12 ? h("input", { class: "field find", type: "search", placeholder: `Find in ${count(options.length)}`, "aria-label": `Find ${label}` }) : null,
      options.map((choice) => option(field, values, choice)),
      hint ? h("div", { class: "hint" }, hint) : null),
  ];
}

const DATED = ["range", "started_after", "started_before"];
const only = (change) => ({ ...Object.fromEntries(DATED.map((field) => [field, []])), page: [], ...change });

function dates(prefix, { label, value, presets, usual, after, before, zone }) {
  const id = `${prefix}-range`;
  return [
    opener(id, "calendar_today", label),
    h("div", { class: "menu", id, popover: "auto", role: "dialog", "aria-label": "Started" },
      h("div", { class: "pills" }, presets.map((preset) =>
        link(only({ range: preset.value === usual ? [] : [preset.value] }), { class: "pill", "aria-current": preset.value === value ? "true" : null }, preset.label))),
      h("div", { class: "dates" },
        h("label", { for: `${id}-after` }, "From"), h("input", { class: "field", type: "date", id: `${id}-after`, "data-day": "after", value: after }),
        h("label", { for: `${id}-before` }, "To"), h("input", { class: "field", type: "date", id: `${id}-before`, "data-day": "before", value: before })),
      h("div", { class: "hint" }, `Whole days in the report zone, ${zone}.`)),
  ];
}

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

function pickDays(root, zone) {
  const [after, before] = ["after", "before"].map((name) => root.querySelector(`[data-day="${name}"]`).value);
  if (!after || !before || after > before) return;
  go(only({ range: ["custom"], started_after: [startOfDay(after, zone)], started_before: [startOfDay(before, zone, 1)] }));
}

function place(event) {
  if (event.newState !== "open") return;
  const box = event.target.previousElementSibling.getBoundingClientRect();
  event.target.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 300))}px`;
  event.target.style.top = `${box.bottom + 4}px`;
}

function narrow(field) {
  const wanted = field.value.toLowerCase();
  for (const label of field.parentElement.querySelectorAll(".option")) label.hidden = !label.textContent.toLowerCase().includes(wanted);
}

export default function show(component) {
  const { data, parentElement } = component;
  const prefix = (parentElement.parleyPrefix ??= `m${(serial += 1)}`);
  const root = draw(component, [sheet],
    h("div", { class: "bar", role: "group", "aria-label": "Filters" },
      dates(prefix, data.range),
      data.menus.map((entry) => menu(prefix, entry)),
      data.clear ? link(data.clear, { class: "button plain" }, icon("close", "small"), "Clear filters") : null));
  for (const day of root.querySelectorAll("[data-day]")) if (root.getRootNode().activeElement !== day) day.value = day.getAttribute("value") ?? "";
  root.addEventListener("beforetoggle", place, true);
  root.oninput = ({ target }) => target.matches(".find") && narrow(target);
  root.onchange = ({ target }) => {
    if (target.dataset.day) pickDays(root, data.range.zone);
    if (target.dataset.field) go({ [target.dataset.field]: { [target.checked ? "add" : "remove"]: target.value } });
  };
}
