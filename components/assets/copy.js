// The copy menu: what the address shows, as text for other tools. The texts are asked for when the
// menu opens, so that they are there when a person presses: a clipboard does not wait.
import { copies, copyButton, fileAt, filters } from "./download.js";
import { h, icon } from "./prelude.js";

const ID = "copies";
const WAYS = [["link", "Link"], ["curl", "curl"], ["python", "Python"], ["sql", "DuckDB SQL"], ["command", "Command line"]];

function texts({ found, wrong, shown }) {
  if (!found) return h("p", { class: "muted", role: wrong ? "alert" : "status", "data-key": "none" }, wrong || "Asking…");
  return [WAYS.filter(([name]) => found[name]).map(([name, label]) => copyButton(label, found[name], { class: "file", "data-name": name, "aria-label": `Copy as ${label}` })),
    h("pre", { class: "mono", tabindex: 0, "data-key": "text", "aria-label": "The text" }, found[shown])];
}

const button = () => h("button", { class: "button", type: "button", popovertarget: ID, "aria-haspopup": "dialog", "aria-label": "Copy as", title: "Copy as", "data-key": "copy-opener" }, icon("content_copy", "small"));

/** What is known of a menu before it has been opened. */
export const unasked = () => ({ found: null, wrong: "", shown: "link" });

/** The button and its box. */
export const copyMenu = (state) => [button(),
  h("div", { class: "menu files recipes", id: ID, "data-key": "copy-menu", "data-width": 420, popover: "auto", role: "dialog", "aria-label": "Copy as" },
    h("div", { class: "head" }, h("b", {}, "Copy this view as"), h("span", {}, "The same sessions by another way")),
    texts(state))];

async function ask(state) {
  state.found = null;
  state.wrong = "";
  state.redraw();
  try {
    const answer = await fetch(fileAt("sessions/recipes", filters(state.data)), { cache: "no-cache" });
    const told = await answer.json();
    if (answer.ok) state.found = told.data;
    else state.wrong = told.detail;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when the network is away
    state.wrong = "The server does not answer.";
  }
  state.redraw();
}

/** Listen for what opens the menu, and for presses in it. */
export function hear(root, state) {
  copies(root);
  root.addEventListener("toggle", ({ newState, target }) => newState === "open" && target.id === ID && ask(state), true);
  root.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-name]");
    if (!chosen) return;
    state.shown = chosen.dataset.name;
    root.querySelector("pre").textContent = chosen.dataset.copied;
  });
}
