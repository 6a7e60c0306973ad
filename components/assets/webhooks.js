// Webhooks: all of them, a form for a new one, a new secret, shown once, and what was sent.
import { draw, h, icon, style } from "./prelude.js";
import { copies, copyButton } from "./download.js";
import { absolute, relative } from "./times.js";

const sheet = await style("webhooks");
const STATES = { live: ["active", "check"], failing: ["failed", "error"], off: ["grey", "block"], waiting: ["grey", "schedule"], delivered: ["completed", "check"], given_up: ["failed", "error"] };
const HEADS = ["Address", "State", "Told of", "Waiting", "Last attempt", ""];
const LOG_HEADS = ["Type", "Session", "State", "Attempts", "Written", ""];
const LEGENDS = { channel: "Channel", type: "Type", status: "Status", agent: "Agents" };
const TWICE = ["rotate", "remove"]; // presses that cannot be taken back are asked for twice

const badge = (state) => h("span", { class: `badge ${STATES[state][0]}` }, icon(STATES[state][1]), `${state[0].toUpperCase()}${state.slice(1)}`.replace("_", " "));
const moment = (at, now) => h("span", { class: "num", title: absolute(at) }, relative(at, now));
const plain = (values, extra = "") => h("ul", { class: `plain ${extra}` }, values.map((value) => h("li", {}, value)));
const cell = (label, ...children) => h("td", { role: "cell", "data-label": label }, ...children);
const heads = (names) => h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, names.map((name) => h("th", { role: "columnheader", scope: "col" }, name || h("span", { class: "unseen" }, "Actions")))));
const table = (label, names, rows) => h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": label }, h("table", { role: "table" }, heads(names), h("tbody", { role: "rowgroup" }, rows)));

const press = (name, id, label, twice) => h("button", { class: "button slim", type: "button", "data-press": name, "data-id": id, "data-label": label, "data-twice": twice, "data-key": `${name}-${id}` }, label);

// --- The list ---------------------------------------------------------------------------------

function last({ last: at, last_status: status }, now) {
  if (at === null) return h("span", { class: "muted" }, "None");
  return [status === null ? "No answer" : String(status), h("small", {}, moment(at, now))];
}

function row(hook, data) {
  const isOpen = data.log?.id === hook.id;
  return h("tr", { role: "row", "data-key": hook.id },
    h("th", { role: "rowheader", scope: "row" }, h("span", { class: "mono" }, hook.url), hook.description ? h("small", {}, hook.description) : null, h("small", { class: "mono" }, hook.id), hook.secrets > 1 ? h("small", {}, "Two secrets sign") : null),
    cell(null, badge(hook.state), hook.reason ? h("small", {}, hook.reason) : null),
    cell("Told of", plain(hook.types, "mono"), hook.filter.length ? h("small", {}, `Only ${hook.filter.join(", ")}`) : null),
    cell("Waiting", h("span", { class: "num" }, hook.waiting.toLocaleString("en")), hook.oldest === null ? null : h("small", {}, "oldest ", moment(hook.oldest, data.now)), hook.given_up ? h("small", { class: "why" }, `${hook.given_up.toLocaleString("en")} given up`) : null),
    cell("Last attempt", last(hook, data.now)),
    h("td", { role: "cell", class: "end" },
      press("test", hook.id, "Send test"),
      press("open", isOpen ? "" : hook.id, isOpen ? "Close log" : "Log"),
      hook.state === "off" ? press("enable", hook.id, "Turn on") : press("disable", hook.id, "Turn off"),
      press("rotate", hook.id, "Rotate", `New secret? Both sign for ${data.overlap_hours} h`),
      press("remove", hook.id, "Remove", "Remove it with its log?")));
}

const listed = (data) => h("section", { class: "group", "aria-label": "Webhooks" }, h("h2", {}, "Webhooks"),
  data.hooks.length
    ? table("All webhooks", HEADS, data.hooks.map((hook) => row(hook, data)))
    : h("p", { class: "muted" }, "There are none. A webhook tells another program of what happens in the sessions, signed and tried again until it arrives."));

// --- What was sent ----------------------------------------------------------------------------

const attempt = (each, number) => h("li", {},
  h("b", {}, `Attempt ${number + 1}: ${each.status ?? "no answer"}`), h("span", { class: "muted num" }, ` ${absolute(each.at)}, ${each.ms.toLocaleString("en")} ms`),
  each.error ? h("small", { class: "why" }, each.error) : null,
  h("pre", { class: "mono" }, each.headers.join("\n")),
  each.answer ? [h("small", {}, "Answer"), h("pre", { class: "mono" }, each.answer)] : null);

const opened = (whole) => h("tr", { role: "row", "data-key": `${whole.id}-open` }, h("td", { role: "cell", colspan: LOG_HEADS.length, class: "whole" },
  h("small", {}, "Body"), h("pre", { class: "mono" }, whole.body),
  whole.attempts.length ? h("ol", { class: "plain" }, whole.attempts.map(attempt)) : h("p", { class: "muted" }, "It has not been tried yet.")));

function message(each, data) {
  const isOpen = data.log.opened?.id === each.id;
  return [h("tr", { role: "row", "data-key": each.id },
    h("th", { role: "rowheader", scope: "row" }, h("span", { class: "mono" }, each.type), h("small", { class: "mono" }, each.id)),
    cell("Session", each.session === null ? h("span", { class: "muted" }, "None") : h("span", { class: "mono" }, each.session)),
    cell(null, badge(each.state), each.due !== null && each.tries ? h("small", { class: "num" }, `next ${absolute(each.due)}`) : null),
    cell("Attempts", h("span", { class: "num" }, String(each.tries))),
    cell("Written", moment(each.at, data.now)),
    h("td", { role: "cell", class: "end" }, press("open", isOpen ? `${data.log.id} ` : `${data.log.id} ${each.id}`, isOpen ? "Close" : "Show"), press("replay", `${data.log.id} ${each.id}`, "Send again"))),
  isOpen ? opened(data.log.opened) : null];
}

const log = (data) => data.log === null ? null : h("section", { class: "group", "aria-label": "Log", "data-key": "log" }, h("h2", {}, "Sent to ", h("span", { class: "mono" }, data.log.url)),
  data.log.messages.length
    ? [table("What was sent", LOG_HEADS, data.log.messages.map((each) => message(each, data))),
      data.log.total > data.log.messages.length ? h("p", { class: "muted" }, `The newest ${data.log.messages.length} of ${data.log.total.toLocaleString("en")}; the API and the command line show all.`) : null]
    : h("p", { class: "muted" }, "Nothing has been sent yet."));

// --- A new one --------------------------------------------------------------------------------

const labelled = (label, control, hint = null) => h("label", { class: "line" }, h("span", {}, label), control, hint ? h("small", {}, hint) : null);

const checks = (legend, name, options, hint) => h("fieldset", { class: name }, h("legend", {}, legend), hint ? h("small", {}, hint) : null,
  options.map(({ value, label, text }) => h("label", { class: "check" }, h("input", { type: "checkbox", name, value }), h("span", { class: text ? "mono" : "" }, label, text ? h("small", {}, text) : null))));

const form = (data) => h("section", { class: "group", "aria-label": "New webhook" }, h("h2", {}, "New webhook"),
  h("form", { "data-own": "" },
    h("div", { class: "lines" },
      labelled("Address", h("input", { class: "field", name: "url", type: "text", required: true, placeholder: "https://…", autocomplete: "off", spellcheck: "false" }), "https, in the public Internet."),
      labelled("Description", h("input", { class: "field", name: "description", type: "text", maxlength: data.most, autocomplete: "off" }), "What it is for.")),
    checks("Told of", "types", data.types),
    data.filters.map(({ name, options }) => options.length ? checks(LEGENDS[name], name, options, "None chosen is all of them.") : null),
    h("div", { class: "lines" },
      labelled("Metadata", h("textarea", { class: "field", name: "metadata", rows: 3, spellcheck: "false", placeholder: "plan=pro" }), "A condition a line; all of them must hold."),
      labelled("Source", h("input", { class: "field", name: "source", type: "text", autocomplete: "off" }), "Several by commas; empty is all of them.")),
    h("button", { class: "button", type: "submit" }, icon("webhook", "small"), "Make webhook")));

/** The text of a new secret: it stays until it is put away, and comes from nowhere a second time. */
const fresh = (text) => text === null ? null : h("section", { class: "group fresh", role: "status", "aria-label": "The new secret" }, h("h2", {}, "The new secret"),
  h("p", {}, "Copy it now: it is shown this once. The receiver checks signatures with it."),
  h("p", { class: "mono secret" }, text),
  h("div", { class: "acts" }, copyButton("Copy", text), h("button", { class: "button slim", type: "button", "data-done": "" }, "I have it")));

function asked(element) {
  const values = new FormData(element);
  const several = ["types", "channel", "type", "status", "agent"].map((name) => [name, values.getAll(name)]);
  return { ...Object.fromEntries(several), url: values.get("url"), description: values.get("description"), metadata: values.get("metadata"), source: values.get("source") };
}

/** What a press sends: the id, or of a log and a message both. */
function sent({ press: name, id }) {
  if (name !== "open" && name !== "replay") return id;
  const [hook, one] = id.split(" ");
  return { log: hook || null, message: one || null };
}

function pressed(button, component) {
  const { press: name } = button.dataset;
  if (TWICE.includes(name) && !("armed" in button.dataset)) {
    button.dataset.armed = "";
    button.textContent = button.dataset.twice;
    button.addEventListener("blur", () => { delete button.dataset.armed; button.textContent = button.dataset.label; }, { once: true });
    return;
  }
  component.setTriggerValue(name, sent(button.dataset));
  if (TWICE.includes(name)) button.blur();
}

export default function show(component) {
  const { data, parentElement } = component;
  const held = (parentElement.parley ??= { fresh: null, run: 0 });
  if (data.fresh && data.run !== held.run) Object.assign(held, { fresh: data.fresh, run: data.run });
  const redraw = () => draw(component, [sheet], h("div", { class: "hooks" },
    fresh(held.fresh),
    data.problem ? h("div", { class: "strip amber", role: "alert" }, icon("warning"), h("div", {}, data.problem)) : null,
    data.note ? h("div", { class: "strip quiet", role: "status" }, icon("check"), h("div", {}, data.note)) : null,
    listed(data), log(data), form(data)));
  const root = redraw();
  root.onclick = ({ target }) => {
    const button = target.closest("[data-press]");
    if (button) pressed(button, component);
    if (target.closest("[data-done]")) { held.fresh = null; redraw(); }
  };
  root.onsubmit = (event) => {
    event.preventDefault();
    component.setTriggerValue("create", asked(event.target));
  };
  if (data.fresh && held.cleared !== data.run) { // what was made is not made again by a second press
    held.cleared = data.run;
    root.querySelector("form").reset();
  }
  if (!held.isListening) copies(root);
  held.isListening = true;
}
