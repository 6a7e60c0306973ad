// What people do to a session by hand: tags, notes, its end. Each press is sent to the server, which
// has it written down before the run that shows it.
import { h, icon, link } from "./prelude.js";
import { clause } from "./metadata.js";
import { opener } from "./popover.js";
import { absolute } from "./times.js";
import { seen } from "./words.js";

const TITLE = "Manage";
const filter = (tag) => ({ id: [], page: [], metadata: { add: clause("tags", "=", tag) } });

/** The tags of a session, each the way to all sessions that have it. */
export const tags = ({ tags: given }) => given.length
  ? h("ul", { class: "tags", "aria-label": "Tags", "data-key": "tags" }, given.map((tag) => h("li", { "data-key": tag },
    link(filter(tag), { push: true, class: "chip", title: `Show the sessions with the tag ${tag}` }, icon("sell", "small"), h("bdi", { class: "clip" }, seen(tag))))))
  : null;

const remove = (act, name, label, value) => h("button", { class: "tool", type: "button", "data-act": act, [`data-${name}`]: value, "aria-label": label, title: label }, icon("close", "small"));

const tagging = ({ tags: given, most_tag: most }) => h("form", { "data-add": "tag", "data-key": "tagging" }, h("b", {}, "Tags"),
  given.length ? h("ul", { class: "tags" }, given.map((tag) => h("li", { class: "chip", "data-key": tag }, h("bdi", { class: "clip", title: tag }, seen(tag)), remove("untag", "tag", `Remove the tag ${tag}`, tag)))) : null,
  h("div", { class: "row" }, h("input", { class: "field", name: "tag", type: "text", "data-key": "tag", "aria-label": "New tag", placeholder: "New tag", required: true, maxlength: most, autocomplete: "off" }),
    h("button", { class: "button slim", type: "submit", "data-key": "add" }, "Add tag")));

const noting = ({ notes, most_note: most }) => h("form", { "data-add": "note", "data-key": "noting" }, h("b", {}, "Notes"),
  notes.length ? h("ul", { class: "notes" }, notes.map((note) => h("li", { "data-key": note.at },
    h("span", { class: "muted num" }, h("bdi", {}, seen(note.who)), `, ${absolute(note.at).slice(0, -3)}`), remove("unnote", "at", `Remove the note of ${absolute(note.at)}`, note.at),
    h("p", {}, seen(note.text))))) : null,
  h("textarea", { class: "field", name: "text", rows: 2, "data-key": "text", "aria-label": "New note", placeholder: "New note", required: true, maxlength: most }),
  h("button", { class: "button slim", type: "submit", "data-key": "add" }, "Add note"));

/** Ending is asked twice: it cannot be taken back. */
const ending = (isArmed) => h("div", { class: "ending", "data-key": "ending" },
  h("p", { class: "muted" }, "Ends it as cancelled, at the time of its last message or event."),
  h("button", { class: isArmed ? "button slim risky" : "button slim", type: "button", "data-act": "end", "data-key": "end" }, icon("stop_circle", "small"), isArmed ? "End it for good?" : "End session"));

/** A button and its box. */
export const manage = (data, { isArmed, said }) => [
  opener("manage", "edit_note", TITLE),
  h("div", { class: "menu managing", id: "manage", "data-key": "box-manage", "data-width": 340, popover: "auto", role: "dialog", "aria-label": TITLE },
    tagging(data), noting(data), data.is_active ? ending(isArmed) : null,
    h("p", { class: said.problem ? "told wrong" : "told muted", role: "status", "data-key": "said" }, said.problem ?? said.said ?? ""))];

/** Listen for the presses; `state` has the element's data, and `redraw`. */
export function manages(root, component, state) {
  const send = (act, more = {}) => component().setTriggerValue(act, { id: state.data.session_id, nth: (state.nth = (state.nth ?? 0) + 1), ...more });
  const disarm = () => { if (state.isArmed) { state.isArmed = false; state.redraw(); } };
  root.addEventListener("click", ({ target }) => {
    const { act, tag, at } = target.closest?.("[data-act]")?.dataset ?? {};
    if (act === "untag") send(act, { tag });
    if (act === "unnote") send(act, { at });
    if (act !== "end") return;
    if (state.isArmed) send("end");
    state.isArmed = !state.isArmed;
    state.redraw();
  });
  root.addEventListener("focusout", ({ target }) => { if (target.closest?.('[data-act="end"]')) setTimeout(disarm); });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    state.sent = Object.fromEntries(new FormData(form));
    send(form.dataset.add, state.sent);
    form.reset();
  });
}

/** Put what was written back into its field: it was refused, and nobody wants to write it again. */
export function giveBack(root, state) {
  for (const [name, text] of Object.entries(state.sent ?? {})) {
    const field = root.querySelector(`form [name="${name}"]`);
    if (field && !field.value) field.value = text;
  }
  state.sent = null;
}
