// Boxes that open under their button, of which they are the next sibling.
import { h, icon } from "./prelude.js";

const WIDTH = 300; // that at least lies within the window

/** The button that opens the box of this id. */
export const opener = (id, sign, label, amount) =>
  h("button", { class: "button", type: "button", popovertarget: id, "aria-haspopup": "dialog", "data-key": id },
    sign && icon(sign, "small"), h("span", {}, label), amount ? h("b", { class: "num" }, amount) : null, icon("expand_more", "small"));

function place(event) {
  if (event.newState === "closed" && event.target.contains(event.target.getRootNode().activeElement)) {
    event.target.previousElementSibling.focus(); // where the person came from
  }
  if (event.newState !== "open" || event.target.matches(".sheet")) return;
  const box = event.target.previousElementSibling.getBoundingClientRect();
  event.target.style.left = `${Math.max(8, Math.min(box.left, innerWidth - WIDTH - 12))}px`;
  event.target.style.top = `${box.bottom + 4}px`;
}

/** Put each box that opens in `root` under its button. */
export const placed = (root) => root.addEventListener("beforetoggle", place, true);
