// Saved views: links under names. The first time that a tab is led to the bare address, the default
// view takes its place; from then on the bare address is what it is, and Back leads away.
import { opener, placed } from "./popover.js";
import { changed, draw, go, h, icon, link, style } from "./prelude.js";
import { seen } from "./words.js";

const sheet = await style("views");
const ID = "views";
const HEARD_MS = 1200;
const PASSING = ["auto", "page", "id", "m", "cleaned"]; // of an address, what is no part of a view
const OPENING_MS = 15_000; // since the browser loaded the page, in which it still opens
let isUntouched = true; // nobody has pressed anything since then
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { isUntouched = false; }, { capture: true, once: true });

/** The change that opens a view, whatever the address says now. */
const opening = ({ query }) => ({ "*": ["auto"], ...query });

/** The address of a view, which means the same wherever it is opened. */
function address(view, zone) {
  const url = changed({ "*": [], ...view.query }, view.page);
  if (!url.searchParams.has("tz")) url.searchParams.set("tz", zone);
  return url.href;
}

const pairs = (query) => [...query].filter(([name]) => !PASSING.includes(name)).map(String).sort().join("&");
const isOpen = (view, page) => view.page === page && pairs(Object.entries(view.query).flatMap(([name, values]) => values.map((value) => [name, value]))) === pairs(new URLSearchParams(location.search));

function isBare() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry?.type === "navigate" && !location.search && location.pathname === new URL("./", document.baseURI).pathname;
}

/**
 * Show the default view in place of the bare address; nothing after Reload or Back, which mean what was there.
 * Asked at each drawing while the page opens: the first may have come before the list could be read.
 */
function begin(views) {
  const view = views.find((each) => each.is_default);
  if (isUntouched && view && performance.now() < OPENING_MS && isBare()) go(opening(view), false, view.page);
}

const act = (does, name, sign, label, more = {}) =>
  h("button", { class: "tool", type: "button", "data-do": does, "data-name": name, "data-key": does, "aria-label": label, title: label, ...more }, icon(sign, "small"));

function row(view, state) {
  const { name, is_default: isDefault } = view;
  if (state.doubted === name) {
    return h("li", { class: "doubt", "data-key": name, role: "group", "aria-label": `Delete ${name}?` },
      h("span", { class: "clip" }, "Delete ", h("b", {}, seen(name)), "?"),
      h("button", { class: "button", type: "button", "data-do": "delete", "data-name": name, "data-key": "yes" }, "Delete"),
      h("button", { class: "button", type: "button", "data-do": "keep", "data-key": "no" }, "Keep"));
  }
  return h("li", { "data-key": name },
    link(opening(view), { push: true, path: view.page, class: "view", title: name, "data-key": "open", "aria-current": isOpen(view, state.data.page) ? "true" : null },
      h("span", { class: "clip" }, seen(name)), isDefault ? h("span", { class: "muted" }, "Default") : null),
    act("default", isDefault ? "" : name, "star", `Show ${name} first`, { "aria-pressed": String(isDefault), class: isDefault ? "tool chosen" : "tool" }),
    act("copy", name, "link", `Copy the link to ${name}`),
    act("doubt", name, "delete", `Delete ${name}`));
}

function tree(state) {
  const { views, trouble, length } = state.data;
  const isKnown = views.some(({ name }) => name === state.typed.trim().replace(/\s+/g, " "));
  return [opener(ID, "bookmark", "Views"),
    h("div", { class: "menu views", id: ID, "data-key": "menu", popover: "auto", role: "dialog", "aria-label": "Views" },
      h("ul", { "aria-label": "Saved views" }, views.length ? views.map((view) => row(view, state)) : h("li", { class: "hint" }, "No view is saved yet.")),
      h("div", { class: "save" },
        h("label", { for: "view-name" }, "Save this view as"),
        h("input", { class: "field", id: "view-name", maxlength: length, autocomplete: "off", placeholder: "Name", "data-named": true }),
        h("button", { class: "button", type: "button", "data-do": "save" }, isKnown ? "Replace" : "Save")),
      h("p", { class: "wrong", role: "alert" }, state.wrong),
      trouble ? h("p", { class: "hint" }, trouble) : null,
      h("p", { class: "unseen", role: "status" }, state.said))];
}

async function copy(button, state) {
  const view = state.data.views.find(({ name }) => name === button.dataset.name);
  // Browsers give no clipboard to pages that came over plain HTTP from another machine.
  if (navigator.clipboard) await navigator.clipboard.writeText(address(view, state.data.zone));
  state.said = navigator.clipboard ? "Copied" : "Copying needs HTTPS";
  state.redraw();
  const sign = button.firstChild;
  sign.textContent = navigator.clipboard ? "check" : "lock_open";
  setTimeout(() => { sign.textContent = "link"; state.said = ""; state.redraw(); }, HEARD_MS);
}

function press(component, state, button) {
  const { do: does, name } = button.dataset;
  const ask = (what) => component.setTriggerValue("asked", what);
  state.wrong = "";
  if (does === "copy") copy(button, state);
  else if (does === "doubt" || does === "keep") doubt(state, does === "doubt" ? name : null);
  else if (does !== "save") ask({ do: does, name });
  else if (state.typed.trim()) ask({ do: does, name: state.typed, query: location.search });
  else state.wrong = "A view needs a name.";
  if (does === "delete") state.doubted = null;
  state.redraw();
  if (does === "delete") state.root.querySelector("[data-named]").focus(); // what had it is gone
}

/** Ask whether a view is to be deleted, and put the focus where the answer is. */
function doubt(state, name) {
  const before = state.doubted;
  state.doubted = name;
  state.redraw();
  const place = [...state.root.querySelectorAll("li")].find((each) => each.dataset.key === (name ?? before));
  place?.querySelector(name ? '[data-key="no"]' : '[data-key="doubt"]')?.focus();
}

/** Take in what Python has answered: what is wrong, or that it is done. */
function hear(state, answer) {
  if (!answer || answer.run === state.heard) return;
  state.heard = answer.run;
  state.wrong = answer.wrong;
  if (answer.wrong) return;
  state.said = { save: "Saved", delete: "Deleted", default: "Changed" }[answer.do] ?? "";
  if (answer.do === "save") state.typed = state.root.querySelector("[data-named]").value = "";
}

function listen(component, root, state) {
  placed(root);
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-do]");
    if (button) press(component, state, button);
    if (target.closest(".view")) root.querySelector(".menu").hidePopover();
  });
  root.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-named]")) return;
    state.typed = target.value;
    state.wrong = "";
    state.redraw();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-named]") && !event.isComposing) root.querySelector('[data-do="save"]').click();
  });
  addEventListener("popstate", state.redraw);
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= { typed: "", wrong: "", said: "", doubted: null });
  state.data = data;
  state.redraw = () => { state.root = draw(component, [sheet], tree(state)); };
  if (!state.root) {
    state.heard = data.answer?.run;
    state.redraw();
    listen(component, state.root, state);
  }
  hear(state, data.answer);
  state.redraw();
  begin(data.views);
  return () => {
    removeEventListener("popstate", state.redraw);
    delete parentElement.parley;
  };
}
