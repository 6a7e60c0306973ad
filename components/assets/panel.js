// The frame of a chart: what it is, its figure beside the one before, its legend, the plot; and two
// boxes that open: how the number is counted, and the data behind the chart.
import { csv, save } from "./csv.js";
import { copies } from "./download.js";
import { ask, explained, follow } from "./explained.js";
import { count, moved, sessions, told } from "./numbers.js";
import { placed } from "./popover.js";
import { draw, go, h, icon, link, style } from "./prelude.js";

const sheet = await style("panel");
const ROWS = 250; // of the table; the file has all

/** The numbers of a figure: value and n, the change, what it is compared with. */
export function figure({ value, unit, n, low, high, before, change, good, is_uncertain: isUncertain, is_noise: isNoise, is_near: isNear, was_near: wasNear, against, show }) {
  if (value === null) return h("b", { class: "value few" }, "None");
  const within = low === null || low === undefined ? null : `95% between ${told(low, unit)} and ${told(high, unit)}`;
  const attributes = { class: `value num ${isUncertain ? "few" : ""}`, title: within };
  const text = told(value, unit, isNear);
  const isKnown = change !== null && change !== undefined;
  const tone = !isKnown || isNoise || good === "neither" || unit !== "rate" || !change ? "" : (change > 0) === (good === "up") ? "better" : "worse";
  return [
    show ? link(show.change, { push: true, path: "", ...attributes, "aria-label": `${text}: show ${sessions(show.count)}` }, text) : h("b", attributes, text),
    isUncertain ? h("span", { class: "muted num" }, `n = ${count(n)}`) : null,
    isKnown && change ? h("span", { class: `delta num ${tone}` }, icon(change > 0 ? "arrow_upward" : "arrow_downward"), h("span", { class: "unseen" }, change > 0 ? "up " : "down "), moved(change, unit)) : null,
    against ? h("span", { class: "muted num clip" }, before === null ? `None in the ${against}` : `was ${told(before, unit, wasNear)}${isNoise && change ? ", within noise" : ""}`) : null];
}

/** A cell is {raw, text, show}: what the file has, what is read, the sessions behind it. */
const cell = ({ text, show }, at) => h(at ? "td" : "th", { class: at ? "num end" : null, scope: at ? null : "row" },
  show ? link(show.change, { push: true, path: "", "aria-label": `${text}: show ${sessions(show.count)}` }, text) : text);

function data({ heads, rows }, title) {
  const shown = rows.slice(-ROWS);
  return [
    h("div", { class: "head" }, h("h3", {}, title), h("button", { class: "button", type: "button", "data-csv": true }, icon("download", "small"), "CSV")),
    rows.length > shown.length ? h("p", { class: "muted" }, `The last ${count(shown.length)} of ${count(rows.length)} rows; the file has all.`) : null,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, h("table", {},
      h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at ? "end" : null }, head)))),
      h("tbody", {}, shown.map((row) => h("tr", {}, row.map(cell))))))];
}

const box = (id, sign, label, width, inside) => [
  h("button", { class: "tool", type: "button", popovertarget: id, "aria-haspopup": "dialog", "aria-label": label, "data-key": `to-${id}`, title: label }, icon(sign, "small"), id === "explain" ? h("span", { class: "word" }, label) : null),
  h("div", { class: `menu ${id}`, id, "data-key": id, "data-width": width, popover: "auto", role: "dialog", "aria-label": label }, inside)];

const choice = ({ name, label, value, usual, options }) => !options ?
  h("input", { class: "field num", type: "number", min: "1", step: "1", inputmode: "numeric", value, placeholder: label, "data-choice": name, "data-usual": usual, "aria-label": label, "data-key": name }) :
  h("select", { class: "field", "data-choice": name, "data-usual": usual, "aria-label": label, "data-key": name },
    options.map(([option, text]) => h("option", { value: option, selected: option === value }, text)));

const legendEntry = ({ ink, label, shape = "swatch", change, isChosen }) => {
  const words = [h("i", { class: `${shape} ${ink ? `ink-${ink}` : ""}` }), h("span", { class: "clip", title: label }, label)];
  return change ? link(change, { push: true, class: "entry", "data-key": label, "aria-current": isChosen ? "true" : null, title: isChosen ? `All but ${label} is left out: show all` : `Only ${label}` }, words) : h("span", { class: "entry", "data-key": label }, words);
};

/** A note leads to the sessions that it tells of, or says of this page how else to look at it. */
const noted = ({ text, change, is_here: isHere }) => (change ? link(change, isHere ? { push: true } : { push: true, path: "" }, text) : text);

function listen(root, state) {
  placed(root);
  copies(root);
  root.addEventListener("beforetoggle", ({ target, newState }) => {
    if (!target.matches(".menu")) return;
    state.open = newState === "open" ? target.id : null;
    if (state.open === "explain") ask(state);
    if (state.open) state.redraw();
  }, true);
  root.addEventListener("click", ({ target }) => {
    if (target.closest("[data-csv]")) {
      const { heads, rows } = state.table();
      save(`${state.data.file}.csv`, csv([heads, ...rows.map((row) => row.map(({ raw }) => raw))]));
    }
  });
  root.addEventListener("change", ({ target }) => {
    const { choice: name, usual } = target.dataset;
    if (name) go({ [name]: target.value === usual ? [] : [target.value] });
  });
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width === state.width) return;
    state.width = width;
    state.redraw();
  }).observe(root);
}

/** Draw the frame of `state.data` and return its root; `state` lives as long as the element.
 * `legend` are entries, `plot` what stands in the frame, `summary` the chart in words; `table`
 * gives the data behind it: {heads, rows of cells}. */
export function panel(component, state, { legend = [], plot, summary, table }) {
  const { data: given } = state;
  state.table = table;
  follow(state);
  const root = draw(component, [sheet], h("section", { class: `panel group ${given.size ?? ""}`, "aria-label": given.title, "data-stamp": given.stamp },
    h("header", {},
      h("h2", { class: "clip" }, given.title), h("span", { class: "sub muted clip", title: given.sub }, given.sub),
      h("div", { class: "tools" },
        (given.choices ?? []).map(choice),
        table ? box("data", "table_chart", "Data", 560, state.open === "data" ? data(table(), `${given.title}: the data`) : null) : null,
        box("explain", "info", "Explain", 372, state.open === "explain" ? explained(state.explained?.found) : null))),
    given.figure ? h("div", { class: "figure" }, figure(given.figure)) : null,
    legend.length ? h("div", { class: "legend" }, legend.map(legendEntry)) : null,
    plot,
    given.note ? h("p", { class: "note muted" }, noted(given.note)) : null,
    summary ? h("p", { class: "unseen" }, summary) : null));
  state.width ||= Math.round(root.getBoundingClientRect().width); // later the observer tells
  if (!state.isHeard) listen(root, state);
  state.isHeard = true;
  return root;
}
