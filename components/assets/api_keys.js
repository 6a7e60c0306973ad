// The keys of the API: all of them, a form for a new one, and a new one's text, shown once.
import { draw, h, icon, style } from "./prelude.js";
import { copies, copyButton } from "./download.js";
import { absolute, relative } from "./times.js";

const sheet = await style("api_keys");
const TONES = { live: ["active", "check"], expired: ["grey", "schedule"], revoked: ["failed", "block"] };
const HEADS = ["Name", "State", "May", "Agents", "Source", "Expires", "Last used", ""];

const stateBadge = (state) => h("span", { class: `badge ${TONES[state][0]}` }, icon(TONES[state][1]), state[0].toUpperCase() + state.slice(1));
const moment = (at, now) => (at === null ? h("span", { class: "muted" }, "Never") : h("span", { class: "num", title: absolute(at) }, relative(at, now)));

/** A press that cannot be taken back is asked for twice. */
const press = (name, id, label, twice) => h("button", { class: "button slim", type: "button", "data-press": name, "data-id": id, "data-label": label, "data-twice": twice, "data-key": `${name}-${id}` }, label);

function row(key, data) {
  return h("tr", { "data-key": key.id },
    h("th", { scope: "row" }, key.name, h("small", { class: "mono" }, key.id)),
    h("td", {}, stateBadge(key.state)),
    h("td", {}, h("ul", { class: "plain mono" }, key.scopes.map((scope) => h("li", {}, scope)))),
    h("td", {}, key.agents === null ? h("span", { class: "muted" }, "All") : h("ul", { class: "plain" }, key.agents.map((agent) => h("li", {}, agent)))),
    h("td", {}, key.source),
    h("td", { class: "num" }, h("span", { title: absolute(key.expires) }, absolute(key.expires).split(" ").slice(0, 3).join(" "))),
    h("td", {}, moment(key.used, data.now)),
    h("td", { class: "end" }, key.state === "revoked" ? null : [
      press("rotate", key.id, "Rotate", `New secret? The old one ends in ${data.overlap_hours} h`),
      press("revoke", key.id, "Revoke", "Revoke for good?")]));
}

const listed = (data) => h("section", { class: "group", "aria-label": "Keys" }, h("h2", {}, "Keys"),
  data.keys.length
    ? h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "All keys" }, h("table", {}, h("thead", {}, h("tr", {}, HEADS.map((name) => h("th", { scope: "col" }, name ? name : h("span", { class: "unseen" }, "Actions"))))), h("tbody", {}, data.keys.map((key) => row(key, data)))))
    : h("p", { class: "muted" }, "There are none. The API answers this machine without one; from the first key on it asks for one."));

const labelled = (label, control, hint = null) => h("label", { class: "line" }, h("span", {}, label), control, hint ? h("small", {}, hint) : null);

const checks = (legend, name, options, hint) => h("fieldset", { class: name }, h("legend", {}, legend), hint ? h("small", {}, hint) : null,
  options.map(({ value, label, text }) => h("label", { class: "check" }, h("input", { type: "checkbox", name, value }), h("span", {}, label, text ? h("small", {}, text) : null))));

function form(data) {
  return h("section", { class: "group", "aria-label": "New key" }, h("h2", {}, "New key"),
    h("form", { "data-own": "" },
      labelled("Name", h("input", { class: "field", name: "name", type: "text", required: true, maxlength: data.most, autocomplete: "off" }), "What it is for."),
      checks("May", "scope", data.scopes.map(({ name, text }) => ({ value: name, label: h("span", { class: "mono" }, name), text }))),
      checks("Agents", "agent", data.agents.map(({ id, name }) => ({ value: id, label: name })), "None chosen is all of them."),
      labelled("Source", h("input", { class: "field", name: "source", type: "text", value: "api", required: true, maxlength: data.most, autocomplete: "off" }), "Where what is sent in with it comes from."),
      labelled("Lasts", h("select", { class: "field", name: "days" }, data.days.map((days) => h("option", { value: days, selected: days === data.usual_days }, `${days} days`)))),
      h("button", { class: "button", type: "submit" }, icon("key", "small"), "Make key")));
}

/** The text of a new key: it stays until it is put away, and comes from nowhere a second time. */
const fresh = (text) => text === null ? null : h("section", { class: "group fresh", role: "status", "aria-label": "The new key" }, h("h2", {}, "The new key"),
  h("p", {}, "Copy it now: it is shown this once, and kept as a hash only."),
  h("p", { class: "mono secret" }, text),
  h("div", { class: "acts" }, copyButton("Copy", text), h("button", { class: "button slim", type: "button", "data-done": "" }, "I have it")));

function asked(element) {
  const values = new FormData(element);
  return { name: values.get("name"), scopes: values.getAll("scope"), agents: values.getAll("agent"), source: values.get("source"), days: values.get("days") };
}

function pressed(button, component) {
  if (!("armed" in button.dataset)) { // a second press means it
    button.dataset.armed = "";
    button.textContent = button.dataset.twice;
    button.addEventListener("blur", () => { delete button.dataset.armed; button.textContent = button.dataset.label; }, { once: true });
    return;
  }
  component.setTriggerValue(button.dataset.press, button.dataset.id);
  button.blur();
}

export default function show(component) {
  const { data, parentElement } = component;
  const held = (parentElement.parley ??= { fresh: null, run: 0 });
  if (data.fresh && data.run !== held.run) Object.assign(held, { fresh: data.fresh, run: data.run });
  const redraw = () => draw(component, [sheet], h("div", { class: "keys" },
    fresh(held.fresh),
    data.problem ? h("div", { class: "strip amber", role: "alert" }, icon("warning"), h("div", {}, data.problem)) : null,
    listed(data), form(data),
    h("p", { class: "muted" }, "A script sends its key as ", h("code", { class: "mono" }, "Authorization: Bearer sk_live_…"), ". What can be asked is told by the ", h("a", { class: "told", href: new URL("./api/v1/docs", document.baseURI).href }, "description of the API"), ".")));
  const root = redraw();
  root.onclick = ({ target }) => {
    const button = target.closest("[data-press]");
    if (button) pressed(button, component);
    if (target.closest("[data-done]")) { held.fresh = null; redraw(); }
  };
  root.onsubmit = (event) => {
    event.preventDefault();
    component.setTriggerValue("create", asked(event.target));
    event.target.reset();
  };
  if (!held.isListening) copies(root);
  held.isListening = true;
}
