// Boxes of links to files: the browser takes each file from the API itself, and the page stays.
import { h, icon } from "./prelude.js";
import { opener } from "./popover.js";

const HEARD_MS = 1200;

/** The address of a file, which is written while it is taken. */
export const fileAt = (path, query) => {
  const url = new URL(`./api/v1/${path}`, document.baseURI);
  url.search = new URLSearchParams(query);
  return url.href;
};

/** The filters of the present address, in the zone that they mean. */
export function filters({ apart, zone }) {
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => !apart.includes(name));
  return kept.some(([name]) => name === "tz") ? kept : [...kept, ["tz", zone]];
}

/** A button and its box: a head, then a link for each file {href, label, hint, icon}, then copies. */
export const downloads = (id, label, head, files, copies = [], more = null) => [
  opener(id, "download", label),
  h("div", { class: "menu files", id, "data-key": `box-${id}`, popover: "auto", role: "dialog", "aria-label": label },
    head,
    files.map((file) => h("a", { class: "file", href: file.href, download: true, "data-key": file.label }, icon(file.icon, "small"), h("span", {}, file.label), h("span", { class: "muted" }, file.hint))),
    more,
    copies.length ? h("div", { class: "copies" }, copies.map(({ label: name, text }) => copyButton(name, text))) : null)];

/** A button that copies a text and says so; what is said is no part of its name, so that it needs one. */
export const copyButton = (label, text, attributes = {}) =>
  h("button", { class: "tool", type: "button", "data-copied": text, "data-key": `copy-${label}`, "aria-label": label, ...attributes }, icon("content_copy", "small"), h("span", { role: "status" }, label));

/** Listen for presses on the copy buttons of an element. */
export function copies(root) {
  root.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copied]");
    if (!button) return;
    const said = button.querySelector("[role=status]");
    const label = button.dataset.key.slice("copy-".length);
    // Browsers give no clipboard to pages that came over plain HTTP from another machine.
    if (navigator.clipboard) await navigator.clipboard.writeText(button.dataset.copied);
    said.textContent = navigator.clipboard ? "Copied" : "Needs HTTPS";
    setTimeout(() => { said.textContent = label; }, HEARD_MS);
  });
}
