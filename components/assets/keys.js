// The keys that work wherever nothing is being typed, and the dialog that lists them.
import { draw, go, h, icon, isOver, leave, style } from "./prelude.js";
import { isBoxOpen } from "./popover.js";

const sheet = await style("keys");
const LIST = [
  ["Everywhere", [["/", "Search"], ["j", "Next session"], ["k", "Previous session"], ["Enter", "Open the session"], ["Esc", "Back to the list"], ["r", "Refresh"], ["?", "This list"]]],
  ["In a search", [["j", "Next message"], ["k", "Previous message"], ["Enter", "Open it in its session"], ["Esc", "Stop the search"]]],
  ["In a session", [["e", "Next error"], ["h", "Next handoff"], ["g", "Next silence"], ["/", "Search the transcript"], ["n", "Next match"], ["Enter", "Next match, in the search"], ["Shift", "with a letter: the one before"]]],
];

const field = () => document.querySelector(".st-key-q input");
const isTyping = (event) => event.composedPath()[0].matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

const isInBox = (event) => event.composedPath().some((node) => node.matches?.("[popover]:popover-open, dialog[open]"));

/** Whether a transcript lies beside a list. */
const isBeside = () => new URLSearchParams(location.search).has("watch");

function escape(event) {
  if (isTyping(event)) event.composedPath()[0].blur();
  else if (isBoxOpen()) return;
  else if (isOver()) leave();
  else if (isBeside()) go({ watch: [], m: [] });
}

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const jump = (to, by) => () => tell("parley:jump", { to, by });

/** Whoever has a search of its own takes it; else it is the list's. */
function search() {
  const taken = !document.dispatchEvent(new CustomEvent("parley:find", { cancelable: true }));
  if (taken || isOver()) return;
  field()?.focus();
  field()?.select();
}

const IN_SESSION = {
  e: jump("error", 1), E: jump("error", -1), h: jump("handoff", 1), H: jump("handoff", -1),
  g: jump("silence", 1), G: jump("silence", -1), n: jump("hit", 1), N: jump("hit", -1),
};
const DOES = {
  "/": search,
  j: () => tell("parley:step", { by: 1 }),
  k: () => tell("parley:step", { by: -1 }),
  "?": () => tell("parley:help"),
};

function take(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isInBox(event)) return;
  if (event.key === "Escape") escape(event);
  const does = DOES[event.key] ?? (isOver() || isBeside() ? IN_SESSION[event.key] : undefined);
  if (does && !isTyping(event)) {
    event.preventDefault();
    does();
  }
}

export default function show(component) {
  const root = draw(component, [sheet], h("dialog", { "aria-label": "Keyboard shortcuts" },
    h("header", {}, h("h2", {}, "Keyboard shortcuts"), h("form", { method: "dialog" }, h("button", { "aria-label": "Close" }, icon("close")))),
    LIST.map(([title, keys]) => [h("h3", {}, title), h("dl", {}, keys.map(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]))])));
  const help = () => root.querySelector("dialog").showModal();
  document.addEventListener("keydown", take);
  document.addEventListener("parley:help", help);
  return () => {
    document.removeEventListener("keydown", take);
    document.removeEventListener("parley:help", help);
  };
}
