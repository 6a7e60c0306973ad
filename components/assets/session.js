// One session: its transcript with the ways through it, and beside it what is known of it.
import { draw, h, icon, style } from "./prelude.js";
import { copies } from "./download.js";
import { information, metadata } from "./facts.js";
import { JUMPS, Transcript, shareable, shell } from "./transcript.js";
import { turnsOf } from "./turns.js";

const sheets = [await style("session"), await style("transcript")];
const TYPED_MS = 150; // after the last key, before thousands of turns are searched
const EVENTS = "parley:events"; // whether this browser's owner reads with events

function jumps(turns) {
  return Object.entries(JUMPS).map(([kind, { key, icon: sign, words, is }]) => {
    const of = turns.filter(is).length;
    return of ? h("button", { class: `button jump of-${kind}`, type: "button", "data-jump": kind, "data-key": kind, title: `Next ${words[0]} (${key})` },
      icon(sign, "small"), h("span", {}, `${of.toLocaleString("en")} ${words[of === 1 ? 0 : 1]}`), h("kbd", {}, key)) : null;
  });
}

/** How many matches, and which of them one is at. */
function found(transcript) {
  if (!transcript?.find) return "";
  const total = transcript.found.length.toLocaleString("en");
  return transcript.found.length ? `${(transcript.hit + 1).toLocaleString("en")} of ${total}` : "No match";
}

function ways(turns, transcript) {
  const hasAll = transcript ? transcript.hasAll : true;
  const mode = (label, isAll) => h("button", { type: "button", "data-mode": isAll ? "all" : "messages", "aria-pressed": String(hasAll === isAll) }, label);
  return h("header", { class: "ways" },
    h("label", { class: "search" }, icon("search", "small"),
      h("input", { class: "field", type: "search", "data-key": "search", "data-search": true, placeholder: "Search this transcript", "aria-label": "Search this transcript", autocomplete: "off", maxlength: 200 }),
      h("span", { class: "hits num", role: "status" }, found(transcript))),
    transcript?.found.length ? [["keyboard_arrow_up", "Previous match", -1], ["keyboard_arrow_down", "Next match (n)", 1]].map(([sign, label, by]) =>
      h("button", { class: "tool", type: "button", "data-hit": by, "data-key": label, title: label, "aria-label": label }, icon(sign, "small"))) : null,
    jumps(turns),
    h("div", { class: "modes", role: "group", "aria-label": "What is shown" }, mode("Messages", false), mode("With events", true)));
}

function tree(state) {
  const { data, turns, transcript } = state;
  const fresh = transcript?.waiting ?? 0;
  return h("div", { class: "session" },
    h("section", { class: "group panel", "aria-label": "Transcript", "data-key": "panel" },
      ways(turns, transcript),
      h("div", { class: "body" }, shell(turns.length === 0)),
      fresh > 0 ? h("button", { class: "button fresh", type: "button", "data-end": true, "data-key": "fresh" }, icon("arrow_downward", "small"), `${fresh.toLocaleString("en")} new`) : null,
      h("p", { class: "unseen", role: "status", "data-own": true, "data-key": "said", "data-said": true })),
    h("aside", {}, information(data.facts, shareable(data.zone)), metadata(data.metadata, state.pairs)));
}

function listen(root, state) {
  const { transcript } = state;
  const say = (text) => { root.querySelector("[data-said]").textContent = text; };
  const field = root.querySelector("[data-search]");
  copies(root);
  root.addEventListener("click", ({ target }) => {
    const { jump, mode, hit, end } = target.closest("[data-jump], [data-mode], [data-hit], [data-end]")?.dataset ?? {};
    if (jump) say(transcript.jump(jump));
    if (hit) transcript.step(Number(hit));
    if (end) transcript.toEnd();
    if (mode) {
      localStorage.setItem(EVENTS, mode);
      transcript.withEvents(mode === "all");
    }
    if (end) state.redraw();
  });
  root.addEventListener("input", ({ target }) => {
    if (target.matches("[data-pairs]")) {
      state.pairs = target.value;
      state.redraw();
    }
    if (target !== field) return;
    clearTimeout(state.typed);
    state.typed = setTimeout(() => transcript.search(field.value), TYPED_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    transcript.step(event.shiftKey ? -1 : 1);
  });
  state.find = () => { field.focus(); field.select(); };
  state.jump = ({ detail: { to, by } }) => (to === "hit" ? transcript.step(by) : say(transcript.jump(to, by)));
  state.moved = () => {
    const seq = new URLSearchParams(location.search).get("m");
    if (seq && seq !== state.seq) transcript.goTo(Number(seq));
    state.seq = seq;
  };
  document.addEventListener("parley:find", state.find);
  document.addEventListener("parley:jump", state.jump);
  addEventListener("popstate", state.moved);
}

function leave(state) {
  document.removeEventListener("parley:find", state.find);
  document.removeEventListener("parley:jump", state.jump);
  removeEventListener("popstate", state.moved);
}

function begin(component, state) {
  const root = draw(component, sheets, tree(state));
  const parts = { scroller: root.querySelector(".scroller"), list: root.querySelector(".transcript"), map: root.querySelector(".map") };
  state.transcript = new Transcript(parts, () => state.redraw());
  state.seq = new URLSearchParams(location.search).get("m");
  listen(root, state);
  if (localStorage.getItem(EVENTS) === "messages") state.transcript.withEvents(false);
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= { pairs: "" });
  Object.assign(state, { data, turns: turnsOf(data.turns, data.silences), redraw: () => draw(component, sheets, tree(state)) });
  if (!state.transcript) begin(component, state);
  state.transcript.show(state.turns, { agent: data.agent, started: data.started, kinds: data.kinds }, data.is_live);
  return () => {
    leave(state);
    delete parentElement.parley;
  };
}
