// One session: its transcript with the ways through it, and beside it what is known of it.
import { badge, draw, h, icon, link, style } from "./prelude.js";
import { copies } from "./download.js";
import { information, metadata } from "./facts.js";
import { JUMPS, Search, jump } from "./finding.js";
import { duration, pause } from "./times.js";
import { Transcript, shareable, shell } from "./transcript.js";
import { closing, isMessage, turnsOf } from "./turns.js";
import { seen } from "./words.js";

const sheets = await Promise.all([style("session"), style("transcript")]);
const TYPED_MS = 150; // after the last key, before thousands of turns are searched
const DRAWN_MS = 10_000; // how often the silence of a live session is measured anew
const EVENTS = "parley:events"; // whether this browser's owner reads with events

function jumps(turns) {
  return Object.entries(JUMPS).map(([kind, { key, icon: sign, words, is }]) => {
    const of = turns.filter(is).length;
    return of ? h("button", { class: `button jump of-${kind}`, type: "button", "data-jump": kind, "data-key": kind, title: `Next ${words[0]} (${key})` },
      icon(sign, "small"), h("span", { class: "num" }, of.toLocaleString("en"), h("span", { class: "word" }, ` ${words[of === 1 ? 0 : 1]}`)), h("kbd", {}, key)) : null;
  });
}

function ways(turns, hasAll, search) {
  const mode = (label, isAll) => h("button", { type: "button", "data-mode": isAll ? "all" : "messages", "aria-pressed": String(hasAll === isAll) }, label);
  return h("header", { class: "ways" },
    h("label", { class: "search" }, icon("search", "small"),
      h("input", { class: "field", type: "search", "data-key": "search", "data-search": true, placeholder: "Search this transcript", "aria-label": "Search this transcript", autocomplete: "off", maxlength: 200 }),
      h("span", { class: "hits num", role: "status" }, search.words)),
    search.found.length ? [["keyboard_arrow_up", "Previous match", "N", -1], ["keyboard_arrow_down", "Next match", "n", 1]].map(([sign, label, key, by]) =>
      h("button", { class: "tool", type: "button", "data-hit": by, "data-key": label, title: `${label} (${key})`, "aria-label": label }, icon(sign, "small"))) : null,
    jumps(turns),
    h("div", { class: "modes", role: "group", "aria-label": "What is shown", "data-key": "modes" }, mode("Messages", false), mode("With events", true)));
}

/** Beside a list: which session this is, and the ways to all of it and back to the list alone. */
const named = ({ id, shown, short, channel, status }, agent) => h("header", { class: "named", "data-key": "named" },
  h("b", { class: "clip", title: agent }, ...seen(agent)), h("span", { class: "mono", title: shown }, ...seen(short)), badge(channel), badge(status),
  link({ id: [id] }, { push: true, path: "", class: "tool", title: "Open the session", "aria-label": `Open session ${shown}` }, icon("open_in_full", "small")),
  link({ watch: [], m: [] }, { class: "tool", title: "Close", "aria-label": "Close the transcript" }, icon("close", "small")));

function tree(state) {
  const { data, turns, transcript, search, hasAll } = state;
  const fresh = transcript?.waiting ?? 0;
  return h("div", { class: data.beside ? "session beside" : "session" },
    h("section", { class: "group panel", "aria-label": "Transcript", "data-key": "panel" },
      data.beside ? named(data.beside, data.agent) : null,
      ways(turns, hasAll, search ?? { words: "", found: [] }),
      h("div", { class: "body" }, shell(hasAll, { isEmpty: turns.length === 0, isSilent: !hasAll && !turns.some(isMessage) })),
      fresh > 0 ? h("button", { class: "button fresh", type: "button", "data-end": true, "data-key": "fresh" }, icon("arrow_downward", "small"), `${fresh.toLocaleString("en")} new`) : null,
      h("p", { class: "unseen", role: "status", "data-own": true, "data-key": "said", "data-said": true })),
    data.beside ? null : h("aside", {}, information(data.facts, shareable(data.zone), state.now), metadata(data.metadata, state.pairs)));
}

function press({ target }, state) {
  const { transcript, search } = state;
  const { jump: kind, mode, hit, end } = target.closest("[data-jump], [data-mode], [data-hit], [data-end]")?.dataset ?? {};
  if (kind) state.say(jump(transcript, kind));
  if (hit) search.step(Number(hit));
  if (end !== undefined) transcript.toEnd();
  if (mode) {
    localStorage.setItem(EVENTS, mode);
    transcript.withEvents(mode === "all");
  }
  if (hit || end !== undefined) state.redraw();
}

function type({ target }, state) {
  if (target.matches("[data-pairs]")) {
    state.pairs = target.value;
    state.redraw();
  }
  if (!target.matches("[data-search]")) return;
  clearTimeout(state.typed);
  state.typed = setTimeout(() => {
    state.search.type(target.value);
    state.redraw();
  }, TYPED_MS);
}

/** What is told to the whole page, and what this element does about it. */
const heard = (state, root) => ({
  "parley:find": () => {
    const field = root.querySelector("[data-search]");
    field.focus();
    field.select();
  },
  "parley:jump": ({ detail: { to, by } }) => {
    if (to === "hit") state.search.step(by);
    else state.say(jump(state.transcript, to, by));
    state.redraw();
  },
  "parley:now": ({ detail: { now } }) => goOn(state, root, now),
});

/** What lasts until now: its length by the second, and the silence every few of them. */
function goOn(state, root, now) {
  if (!state.data.is_live) return;
  state.now = now;
  if (now - state.filled >= DRAWN_MS) {
    fill(state);
    state.redraw();
  }
  for (const node of root.querySelectorAll("[data-since]")) {
    node.textContent = (node.dataset.as === "pause" ? pause : duration)(now - Number(node.dataset.since));
  }
}

function listen(root, state) {
  state.say = (text) => { root.querySelector("[data-said]").textContent = text; };
  copies(root);
  root.addEventListener("click", (event) => press(event, state));
  root.addEventListener("input", (event) => type(event, state));
  root.querySelector("[data-search]").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    state.search.step(event.shiftKey ? -1 : 1);
    state.redraw();
  });
  state.moved = () => {
    const seq = new URLSearchParams(location.search).get("m");
    if (seq && seq !== state.seq) state.transcript.goTo(Number(seq));
    state.seq = seq;
  };
  state.heard = heard(state, root);
  for (const [name, hear] of Object.entries(state.heard)) document.addEventListener(name, hear);
  addEventListener("popstate", state.moved);
}

function leave(state) {
  for (const [name, hear] of Object.entries(state.heard)) document.removeEventListener(name, hear);
  removeEventListener("popstate", state.moved);
}

/** Give the transcript the focus, so that keys scroll it; the ring is shown from the first key on. */
function receive(scroller) {
  scroller.style.outline = "none";
  scroller.focus({ preventScroll: true });
  for (const sign of ["keydown", "blur"]) scroller.addEventListener(sign, () => { scroller.style.outline = ""; }, { once: true });
}

/** Bring a transcript beside a list into sight, where that lies above or below it. */
function reach(panel) {
  const { top } = panel.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) panel.scrollIntoView({ block: "start" });
}

function begin(component, state) {
  const root = draw(component, sheets, tree(state));
  const parts = { scroller: root.querySelector(".scroller"), list: root.querySelector(".transcript"), map: root.querySelector(".map") };
  state.transcript = new Transcript(parts, state.hasAll, () => state.told());
  state.search = new Search(state.transcript);
  state.seq = new URLSearchParams(location.search).get("m");
  listen(root, state);
  if (state.data.beside) requestAnimationFrame(() => reach(root.querySelector(".panel")));
  else if (document.activeElement === document.body) receive(parts.scroller);
}

/** Have the transcript show the turns, and what is silent until now. */
function fill(state) {
  const { data, now, transcript, search } = state;
  const until = data.is_live ? now : data.ended;
  state.filled = now;
  state.turns = turnsOf(data.turns, data.silences);
  state.turns.push(...closing(state.turns.length, data, until));
  transcript.show(state.turns, { agent: data.agent, started: data.started, zero: data.zero, until, kinds: data.kinds, isLive: data.is_live });
  search.count();
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= { pairs: "", turns: [], hasAll: localStorage.getItem(EVENTS) !== "messages" });
  const redraw = () => draw(component, sheets, tree(state));
  Object.assign(state, { data, now: data.now, redraw, told: () => {
    state.hasAll = state.transcript.hasAll;
    state.search.count();
    redraw();
  } });
  if (!state.transcript) begin(component, state);
  fill(state);
  redraw();
  return () => {
    leave(state);
    delete parentElement.parley;
  };
}
