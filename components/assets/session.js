// One session: its transcript with its events, and beside it what is known of it.
import { badge, draw, h, icon, link, style } from "./prelude.js";
import { absolute, duration, offset } from "./times.js";

const sheet = await style("session");
const LONG = 120;
const NAMED = new Set(["tool_call", "tool_result", "custom"]); // known by their names, not by their kind

function value(fact) {
  if (fact.badge) return badge(fact.badge);
  if (fact.at !== undefined) return fact.at === null ? "None" : h("span", { class: "num" }, absolute(fact.at));
  if (fact.duration !== undefined) return fact.duration === null ? "None" : duration(fact.duration);
  return fact.is_mono ? h("span", { class: "mono" }, fact.text) : fact.text;
}

function since(turn, started) {
  if (turn.at === null) return h("span", { class: "since num" });
  const text = started === null ? absolute(turn.at) : offset(turn.at - started);
  return h("time", { class: "since num", title: absolute(turn.at) }, text);
}

function message(turn, agent) {
  return h("div", { class: "said" },
    h("div", { class: "who" }, h("b", {}, turn.sender === "user" ? "User" : agent), h("span", { class: "num" }, `#${turn.seq}`)),
    h("p", { class: "words", dir: "auto" }, turn.content));
}

function happening(turn, kinds) {
  const kind = kinds[turn.kind];
  const isNamed = turn.name && NAMED.has(turn.kind);
  const title = [
    h("b", { class: isNamed ? "mono" : null, title: kind.label }, isNamed ? turn.name : kind.label),
    turn.name && !isNamed ? h("span", { class: "mono" }, turn.name) : null,
  ];
  const said = `event ${turn.kind === "error" ? "is-error" : turn.kind === "handoff" ? "is-handoff" : ""}`;
  if (turn.kind === "error" || (turn.detail.length <= LONG && !turn.detail.includes("\n"))) {
    return h("div", { class: said }, icon(kind.icon), title, h("span", { class: turn.kind === "error" ? null : "muted clip" }, turn.detail));
  }
  return h("details", { class: said },
    h("summary", {}, icon(kind.icon), title, h("span", { class: "muted clip" }, turn.detail.slice(0, LONG))), h("pre", { dir: "auto" }, turn.detail));
}

function transcript(data) {
  const turns = data.turns.map((turn) =>
    h("li", { class: `turn ${turn.sender ?? "system"}`, "data-key": `t${turn.seq}${turn.sender ?? turn.kind}` },
      since(turn, data.started), turn.sender ? message(turn, data.agent) : happening(turn, data.kinds)));
  return turns.length ? h("ol", { class: "transcript" }, turns) : h("div", { class: "box" }, h("p", {}, "Nothing was said in this session."));
}

const facts = (title, rows, note) =>
  h("section", { class: "group", "aria-label": title }, h("header", {}, h("h2", {}, title), note ? h("span", {}, note) : null), rows);

export default function show(component) {
  const { data } = component;
  const pairs = data.metadata.map(([key, values]) => [h("dt", { class: "mono" }, key), h("dd", {}, values.join(", "))]);
  draw(component, [sheet],
    h("div", { class: "page" },
      h("div", { class: "top" },
        h("div", {}, h("h1", { title: data.id }, `Session ${data.short}`), h("p", {}, data.subtitle, data.started === null ? "" : `, ${absolute(data.started)}`)),
        link({ id: [] }, { push: true, class: "button plain" }, icon("arrow_back", "small"), "All sessions")),
      h("div", { class: "session" },
        h("section", { class: "group", "aria-label": "Transcript" },
          h("header", {}, h("h2", {}, "Transcript"), h("span", { class: "num" }, data.counts)), transcript(data)),
        h("aside", {},
          facts("Information", h("dl", {}, data.facts.map((fact) => [h("dt", {}, fact.label), h("dd", {}, value(fact))])), data.zone),
          facts("Metadata", pairs.length ? h("dl", {}, pairs) : h("dl", {}, h("dt", {}, "None")))))));
}
