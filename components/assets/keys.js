// The keys that work wherever nothing is being typed, and the dialog that lists them.
import { draw, h, icon, leave, style } from "./prelude.js";

const sheet = await style("keys");
const LIST = [["/", "Search"], ["j", "Next session"], ["k", "Previous session"], ["Enter", "Open the session"], ["Esc", "Back to the list"], ["r", "Refresh"], ["?", "This list"]];

const field = () => document.querySelector(".st-key-q input");
const isTyping = (event) => event.composedPath()[0].matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const isOver = () => new URLSearchParams(location.search).has("id"); // a session lies over its list

function escape(event) {
  if (event.composedPath().some((node) => node.matches?.("[popover]:popover-open, dialog[open]"))) return;
  if (isTyping(event)) event.composedPath()[0].blur();
  else if (isOver()) leave();
}

const DOES = {
  "/": () => { field()?.focus(); field()?.select(); },
  j: () => document.dispatchEvent(new CustomEvent("parley:step", { detail: { by: 1 } })),
  k: () => document.dispatchEvent(new CustomEvent("parley:step", { detail: { by: -1 } })),
  "?": () => document.dispatchEvent(new CustomEvent("parley:help")),
};

function take(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") escape(event);
  else if (DOES[event.key] && !isTyping(event)) {
    event.preventDefault();
    DOES[event.key]();
  }
}

export default function show(component) {
  const root = draw(component, [sheet], h("dialog", { "aria-label": "Keyboard shortcuts" },
    h("header", {}, h("h2", {}, "Keyboard shortcuts"), h("form", { method: "dialog" }, h("button", { "aria-label": "Close" }, icon("close")))),
    h("dl", {}, LIST.map(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]))));
  const help = () => root.querySelector("dialog").showModal();
  document.addEventListener("keydown", take);
  document.addEventListener("parley:help", help);
  return () => {
    document.removeEventListener("keydown", take);
    document.removeEventListener("parley:help", help);
  };
}
