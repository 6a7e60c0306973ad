// Alerts: all of them and how they stand, what has fired, a form whose rule is tried while it is typed.
import { backtest } from "./backtest.js";
import { count, told } from "./numbers.js";
import { draw, h, icon, link, style } from "./prelude.js";
import { absolute, relative } from "./times.js";

const sheets = [await style("webhooks"), await style("panel"), await style("alerts")];
const STATES = { firing: ["failed", "notifications_active", "Firing"], ok: ["active", "check", "OK"], waiting: ["grey", "schedule", "Not looked at yet"], off: ["grey", "notifications_off", "Off"] };
const REASONS = { value: "", changed: "the rule was changed", disabled: "it was turned off", removed: "it was removed" };
const HEADS = ["Alert", "State", "Number", "Rule", "Last change", ""];
const EVENTS = ["What", "Alert", "Number", "When"];
const QUIET_MS = 500; // after the last key the rule is tried

const badge = (state) => h("span", { class: `badge ${STATES[state][0]}` }, icon(STATES[state][1]), STATES[state][2]);
const moment = (at, now) => h("span", { class: "num", title: absolute(at) }, relative(at, now));
const cell = (label, ...children) => h("td", { role: "cell", "data-label": label }, ...children);
const heads = (names) => h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, names.map((name) => h("th", { role: "columnheader", scope: "col" }, name || h("span", { class: "unseen" }, "Actions")))));
const table = (label, names, rows) => h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": label }, h("table", { role: "table" }, heads(names), h("tbody", { role: "rowgroup" }, rows)));
const press = (name, id, label, more = {}) => h("button", { class: "button slim", type: "button", "data-press": name, "data-id": id, "data-label": label, "data-key": `${name}-${id}`, ...more }, label);

// --- The list ---------------------------------------------------------------------------------

/** What was found: the number, a way to its sessions; grey where too few speak. */
function number(each) {
  if (each.n === undefined) return h("span", { class: "muted" }, "None");
  const isFew = each.value === null;
  const words = isFew ? "Too few" : told(each.value, each.unit);
  const shown = each.show ? link(each.show, { push: true, path: "", class: "num to", "aria-label": `${words}: show the sessions of ${each.name}` }, words) : h("span", { class: "num" }, words);
  return [h("b", { class: isFew ? "few" : null }, shown), isFew || !each.is_count ? h("small", { class: "num" }, `n = ${count(each.n)}${isFew && each.least ? ` of ${count(each.least)}` : ""}`) : null];
}

const rule = (each) => each.window === undefined ? each.metric : [
  `${each.metric} of the last ${each.window}, ${each.condition} `, h("b", { class: "num" }, told(each.threshold, each.unit)),
  h("small", { class: "num" }, `resolved at ${told(each.resolve, each.unit)}${each.least ? `, from n = ${count(each.least)}` : ""}`)];

const row = (each, data) => h("tr", { role: "row", "data-key": each.id, "data-state": each.state },
  h("th", { role: "rowheader", scope: "row" }, h("b", {}, each.name), each.filter.length ? h("small", {}, `Only ${each.filter.join(", ")}`) : h("small", {}, "All sessions"), h("small", {}, "by ", each.by, ", ", moment(each.made, data.now))),
  cell(null, badge(each.state), each.error ? h("small", { class: "why" }, icon("warning", "small"), ` ${each.error}`) : null),
  cell("Number", number(each), each.checked === null ? null : h("small", {}, "seen ", moment(each.checked, data.now))),
  cell("Rule", rule(each)),
  cell("Last change", each.since === null ? h("span", { class: "muted" }, "None") : moment(each.since, data.now)),
  h("td", { role: "cell", class: "end" },
    link(each.edit, { push: true, class: "button slim", "data-key": `edit-${each.id}`, "aria-label": `Edit ${each.name}` }, "Edit"),
    press("turn", each.id, each.state === "off" ? "Turn on" : "Turn off", { "data-on": each.state === "off" }),
    press("remove", each.id, "Remove", { "data-twice": "Remove it with its history?" })));

const listed = (data) => h("section", { class: "group", "aria-label": "Alerts" }, h("h2", {}, "Alerts"),
  data.alerts.length
    ? table("All alerts", HEADS, data.alerts.map((each) => row(each, data)))
    : h("p", { class: "muted" }, "There are none. An alert watches a number, shows on every page when it goes beyond a threshold, and tells it by webhook. Begin below: choose a number and a threshold, and see when it would have fired."));

// --- What has fired ---------------------------------------------------------------------------

const event = (each, now) => h("tr", { role: "row", "data-key": each.key },
  h("th", { role: "rowheader", scope: "row" }, h("span", { class: `badge ${each.kind === "fired" ? "failed" : "active"}` }, icon(each.kind === "fired" ? "notifications_active" : "check"), each.kind === "fired" ? "Fired" : "Resolved"), REASONS[each.reason] ? h("small", {}, REASONS[each.reason]) : null),
  cell("Alert", each.name), cell("Number", number(each)), cell("When", moment(each.at, now)));

const history = ({ history: { events, total }, now }) => events.length === 0 ? null : h("section", { class: "group", "aria-label": "What has fired", "data-key": "history" }, h("h2", {}, "What has fired"),
  table("What has fired, newest first", EVENTS, events.map((each) => event(each, now))),
  total > events.length ? h("p", { class: "muted" }, `The newest ${events.length} of ${count(total)}; the API has all.`) : null);

// --- A rule, and what it would have done ------------------------------------------------------

const labelled = (label, control, hint = null) => h("label", { class: "line" }, h("span", {}, label), control, hint ? h("small", { "data-hint": control.name }, hint) : null);
const select = (name, options, value) => h("select", { class: "field", name, "data-key": name }, options.map((each) => h("option", { value: each.value, selected: each.value === value }, each.label)));
const typed = (name, value, more = {}) => h("input", { class: "field num", name, type: "text", inputmode: "decimal", value, autocomplete: "off", ...more });

/** The words that hang on what is chosen: the unit of the threshold, what the metric counts. */
function explain(form, data) {
  const metric = data.metrics.find(({ value }) => value === form.elements.metric.value);
  const isChange = data.conditions.find(({ value }) => value === form.elements.condition.value).is_change;
  const unit = isChange ? "% of the window before" : metric.unit;
  const isAlone = metric.is_count && !isChange;
  const hints = { metric: metric.text, threshold: unit ? `In ${unit}.` : "", resolve: "Empty is a tenth on the good side.", least: isAlone ? "A count speaks for itself." : "Below it nothing fires and nothing is resolved; empty is 30." };
  for (const [name, words] of Object.entries(hints)) form.querySelector(`[data-hint="${name}"]`).textContent = words;
  form.elements.least.disabled = isAlone;
}

const fields = (data) => {
  const { fields: held, key } = data.form;
  return h("form", { "data-own": "", "data-key": key },
    h("div", { class: "lines" },
      labelled("Name", h("input", { class: "field", name: "name", type: "text", required: true, maxlength: data.most, value: held.name, autocomplete: "off" })),
      labelled("Metric", select("metric", data.metrics, held.metric), " ")),
    h("div", { class: "lines" },
      labelled("Over the last", select("window", data.windows, held.window)),
      labelled("Fires when it", select("condition", data.conditions, held.condition))),
    h("div", { class: "lines" },
      labelled("Threshold", typed("threshold", held.threshold, { required: true }), " "),
      labelled("Resolved at", typed("resolve", held.resolve), " ")),
    h("div", { class: "lines" },
      labelled("Least sessions", typed("least", held.least, { inputmode: "numeric" }), " "),
      h("button", { class: "button", type: "submit" }, icon("notifications", "small"), data.form.id ? "Save alert" : "Make alert")));
};

const scope = (data) => h("p", { class: "scope" }, icon("filter_alt", "small"), h("span", {},
  data.filter.length ? `Of sessions with ${data.filter.join(", ")}.` : "Of all sessions.",
  h("span", { class: "muted" }, ` The filters above narrow it${data.has_range ? "; the range does not, for the alert has its own" : ""}.`)));

const times = (number) => (number === 1 ? "once" : `${count(number)} times`);

function verdict({ threshold, count: number, days, spans }) {
  const over = days >= 30 ? "in the last 30 days" : `in the ${count(Math.max(days, 1))} day${days > 1 ? "s" : ""} that are known`;
  if (threshold === null) return ["Choose a threshold, and see here when it would have fired.", null];
  if (!number) return [`Would not have fired ${over}.`, "check"];
  return [`Would have fired ${times(number)} ${over}${spans.at(-1)[1] === null ? "; the last one is not resolved" : ""}.`, "notifications_active"];
}

const firing = (each, { unit }) => h("li", {}, link(each.show, { push: true, path: "", class: "num to" }, absolute(each.at)), h("span", { class: "num muted" }, ` ${each.until === null ? "and goes on" : `until ${absolute(each.until)}`}: `), h("b", { class: "num" }, told(each.value, unit)), h("span", { class: "num muted" }, ` (n = ${count(each.n)})`));

function tried({ tried: found }, width) {
  if (found.problem) return h("div", { class: "tried", "data-key": "tried" }, h("p", { class: "why", role: "status" }, icon("warning", "small"), ` ${found.problem}`));
  if (!found.starts.length) return h("div", { class: "tried", "data-key": "tried" }, h("p", { class: "muted", role: "status" }, "There are no sessions yet to try it with."));
  const [words, sign] = verdict(found);
  return h("div", { class: "tried", "data-key": "tried" },
    h("p", { class: "verdict", role: "status" }, sign ? icon(sign, "small") : null, h("b", {}, words)),
    h("div", { class: "plot" }, backtest(found, width)),
    found.values.every((value) => value === null) ? h("p", { class: "why" }, icon("warning", "small"), ` No ${found.window} has had as many as ${count(found.least || 1)} sessions: take a longer one, fewer filters or a smaller least.`) : null,
    h("p", { class: "muted note" }, `${found.metric} of each ${found.window} up to then, as known today: sessions that were still going on count as they have ended.${found.values.includes(null) ? ` Where the line is missing fewer than ${count(found.least || 1)} sessions speak: nothing fires and nothing is resolved.` : ""}`),
    found.firings.length ? h("div", {}, h("h3", {}, found.count > found.firings.length ? `The newest ${found.firings.length}` : "When"), h("ol", { class: "plain", "aria-label": "When it would have fired" }, found.firings.map((each) => firing(each, found)))) : null);
}

const edited = (data, width) => h("section", { class: "group", "aria-label": "A rule", "data-key": "rule" },
  h("h2", {}, data.form.id ? `Change “${data.alerts.find(({ id }) => id === data.form.id)?.name}”` : "New alert", data.form.id ? link({ alert: [] }, { push: true, class: "button slim other" }, "New alert instead") : null),
  scope(data), fields(data), tried(data, width));

// --- Presses ----------------------------------------------------------------------------------

const asked = (form, data) => ({ ...Object.fromEntries([...form.elements].filter(({ name }) => name).map(({ name, value }) => [name, value])), id: data.form.id, of: data.form.of });

function pressed(button, component) {
  const { press: name, id, twice } = button.dataset;
  if (twice && !("armed" in button.dataset)) {
    button.dataset.armed = "";
    button.textContent = twice;
    button.addEventListener("blur", () => { delete button.dataset.armed; button.textContent = button.dataset.label; }, { once: true });
    return;
  }
  component.setTriggerValue(name, name === "turn" ? { id, is_enabled: "on" in button.dataset } : id);
  if (twice) button.blur();
}

function listen(root, state) {
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-press]");
    if (button) pressed(button, state.component);
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(state.timer);
    state.component.setTriggerValue("save", asked(event.target, state.component.data));
  });
  root.addEventListener("input", ({ target }) => {
    const { form } = target;
    if (!form) return;
    explain(form, state.component.data);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => state.component.setTriggerValue("try", asked(form, state.component.data)), QUIET_MS);
  });
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (!width || width === state.width) return; // nothing is drawn of a page that is left
    state.width = width;
    state.redraw();
  }).observe(root);
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= { width: Math.round(parentElement.getBoundingClientRect?.().width || 900) });
  state.component = component;
  state.redraw = () => {
    const root = draw(state.component, sheets, h("div", { class: "hooks alerts" },
      data.problem ? h("div", { class: "strip amber", role: "alert" }, icon("warning"), h("div", {}, data.problem)) : null,
      data.note ? h("div", { class: "strip quiet", role: "status" }, icon("check"), h("div", {}, data.note)) : null,
      listed(state.component.data), history(state.component.data), edited(state.component.data, state.width - 30)));
    explain(root.querySelector("form"), state.component.data);
    return root;
  };
  const root = state.redraw();
  if (!state.isHeard) listen(root, state);
  state.isHeard = true;
  return () => clearTimeout(state.timer);
}
