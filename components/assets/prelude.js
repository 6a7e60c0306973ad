// What every element shares: nodes made of text, patching in place, badges, and the one way to
// change the address. Texts of users become text nodes or attributes, never markup.
import { hold, letGo, remember, scrollUp } from "./scroll.js";

// All style sheets of this folder by name; they come in one file.
const sheets = fetch(new URL("./sheets.json", import.meta.url)).then((answer) => answer.json());

/** Return a style sheet of this folder. */
export async function style(name) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync((await sheets)[name]);
  return sheet;
}

const look = await style("look");

// The theme's list of colours is in the order of the channels' places in every chart.
const PLACES = ["web", "phone", "whatsapp", "mobile_sdk", "telegram", "sip"];

// The theme's list, read once for what is drawn within half a second: each reading has the browser
// lay out anew. Afterwards it is read once more, so that a theme that changed meanwhile reaches all.
const AWHILE_MS = 500;
let named = null;
const coloured = new Set();

function nameColours(root) {
  if (!named) {
    named = colours(root);
    setTimeout(() => {
      const drawn = [...coloured];
      named = null;
      coloured.clear();
      const shown = drawn.find((each) => each.isConnected);
      if (!shown) return;
      const fresh = colours(shown);
      for (const each of drawn) colour(each, fresh);
    }, AWHILE_MS);
  }
  coloured.add(root);
  colour(root, named);
}

function colours(root) {
  const listed = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(",");
  return PLACES.map((place, index) => [`--${place}`, (listed[index] ?? "").trim()]);
}

function colour(root, wanted) {
  for (const [name, value] of wanted) if (root.style.getPropertyValue(name) !== value) root.style.setProperty(name, value);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Make a node: attributes first, then children; strings become text. */
export const h = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG node. */
export const s = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

/** A Material symbol of Streamlit's bundled font; the word beside it says what it means. */
export const icon = (name, extra = "") => h("span", { class: `icon ${extra}`, "aria-hidden": "true", translate: "no" }, name);

/** The dot of what is live; it pulses unless `still`. */
export const pulse = (still = false) => h("span", { class: still ? "pulse still" : "pulse", "aria-hidden": "true" });

/** A badge of a channel or a status: {label, icon, tone}; `tone` is a class of look.css. */
export const badge = ({ label, icon: name, tone }) =>
  h("span", { class: `badge ${tone}` }, name === "pulse" ? pulse() : icon(name), label);

// --- Patching ---------------------------------------------------------------------------------

const sameKind = (a, b) =>
  a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.dataset?.key ?? "") === (b.dataset?.key ?? "");

function patchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (name !== "style" && !fresh.hasAttribute(name)) old.removeAttribute(name); // a place on the screen is kept
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.nodeName === "INPUT" && old.type === "checkbox") old.checked = fresh.hasAttribute("checked");
  if (old.nodeName === "SELECT") old.value = fresh.value;
}

/** Make `old`'s children those of `fresh`, keeping nodes (and so focus and presses) where it can. */
export function patch(old, fresh) {
  const keyed = new Map([...old.children].filter((n) => n.dataset.key).map((n) => [n.dataset.key, n]));
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    let kept = keyed.get(wanted.dataset?.key) ?? at;
    if (!kept || !sameKind(kept, wanted)) {
      old.insertBefore(wanted, at);
      continue;
    }
    if (kept === at) at = at.nextSibling;
    else old.insertBefore(kept, at);
    if (kept.nodeType === Node.TEXT_NODE) {
      if (kept.data !== wanted.data) kept.data = wanted.data;
    } else {
      patchAttributes(kept, wanted);
      if (kept.dataset.own === undefined) patch(kept, wanted); // else it looks after its children itself
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

const TAKEN = new WeakMap();

/** Draw `tree` into the element; the first time, put up its sheets and listen for links. */
export function draw(component, sheets, ...tree) {
  const host = component.parentElement;
  let root = TAKEN.get(host);
  if (!root) {
    host.adoptedStyleSheets = [look, ...sheets];
    root = h("div", { class: "root" });
    root.addEventListener("click", follow);
    root.addEventListener("pointerover", refer);
    root.addEventListener("focusin", refer);
    host.append(root);
    TAKEN.set(host, root);
  }
  nameColours(root);
  patch(root, h("div", {}, ...tree));
  return root;
}

// --- The address ------------------------------------------------------------------------------
// A change is {parameter: [values]} (none removes it), {parameter: {add: value}} or
// {parameter: {remove: value, otherwise: [values]}}, and for the page {page: {step, of, last}};
// {"*": names} first removes all others. It is applied to the address as it is at the click, not as
// it was when the element was drawn: what was typed meanwhile survives, and two quick presses on
// "Next page" lead two pages on.

const QUIET_MS = 400; // after the last key, so that the search field's own change goes first
let typedAt = -QUIET_MS;
document.addEventListener("input", (event) => {
  if (event.composedPath()[0].matches?.('[type="search"], [type="text"]')) typedAt = performance.now();
}, true);

/** Whether a session lies over its list. */
export const isOver = () => new URLSearchParams(location.search).has("id");

let isFromList = false; // the open session was opened from a list of this tab, which Back shows
let wasOver = isOver();
addEventListener("popstate", () => {
  isFromList &&= isOver();
  const isLeft = wasOver && !isOver();
  wasOver = isOver();
  if (isLeft) document.dispatchEvent(new CustomEvent("parley:back")); // a list that is still there is not drawn anew
});

/** Leave the open session: back to the list that it was opened from, else to the whole list. */
export function leave() {
  if (isFromList) history.back();
  else go({ id: [] }, true);
}

/** The session that was opened last, whose row is marked on the way back. */
export let opened = new URLSearchParams(location.search).get("id");

/** Return the page `step` pages on from the address's one, as the address names it; the first has no name. */
function stepped(page, { step, of, last }) {
  const [number, list = of] = (page ?? "1").split("~");
  const from = list === of ? Math.min(Math.max(Number(number) || 1, 1), last) : 1;
  const wanted = Math.min(Math.max(from + step, 1), last);
  return wanted === 1 ? [] : [`${wanted}~${of}`];
}

/** Return the present address with a change applied, on another page where a path is given. */
export function changed(change, path) {
  const url = new URL(location.href);
  if (path !== undefined) url.pathname = new URL(path || "./", document.baseURI).pathname;
  const { "*": kept, ...steps } = change;
  if ("id" in steps && !("m" in steps)) url.searchParams.delete("m"); // a message of the other session
  if (kept) for (const name of [...url.searchParams.keys()]) if (!kept.includes(name)) url.searchParams.delete(name);
  for (const [name, step] of Object.entries(steps)) {
    let values = url.searchParams.getAll(name);
    if (Array.isArray(step)) values = step;
    else if ("step" in step) values = stepped(values.at(-1), step);
    else if ("add" in step) values = [...values.filter((value) => value !== step.add), step.add];
    else values = values.includes(step.remove) ? values.filter((value) => value !== step.remove) : (step.otherwise ?? []);
    url.searchParams.delete(name);
    for (const value of values) url.searchParams.append(name, value);
  }
  url.search = url.search.replaceAll("%7E", "~"); // as Streamlit writes it
  return url;
}

/** Change the address and have the page read it, as after Back. */
export function go(change, push = false, path = undefined) {
  if (change.id?.length) [opened, isFromList] = [change.id[0], push ? !isOver() : isFromList]; // a neighbour takes its place
  if (!("id" in change)) letGo(); // another list
  const wait = Math.max(0, QUIET_MS - (performance.now() - typedAt));
  setTimeout(() => {
    const url = changed(change, path);
    if (url.href === location.href) return;
    if (push) remember();
    history[push ? "pushState" : "replaceState"](history.state, "", url);
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
    if ("id" in change || "page" in change || path !== undefined) scrollUp();
  }, wait);
}

/** A link that changes the address; a middle click opens the same view in a new tab. */
export const link = (change, attributes, ...children) => {
  const { push = false, path, ...rest } = attributes;
  return h("a", { href: changed(change, path).href, "data-change": JSON.stringify(change), "data-push": push, "data-path": path, ...rest }, ...children);
};

function follow(event) {
  const target = event.target.closest?.("[data-change]");
  if (!target || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const change = JSON.parse(target.dataset.change);
  if (change.id?.length) hold(target.closest("[data-key]"));
  go(change, target.hasAttribute("data-push"), target.dataset.path);
}

function refer(event) {
  const target = event.target.closest?.("a[data-change]");
  if (target) target.setAttribute("href", changed(JSON.parse(target.dataset.change), target.dataset.path).href); // SVG's too
}
