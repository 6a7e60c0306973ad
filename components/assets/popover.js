// Boxes that open under their button, of which they are the next sibling.
import { h, icon } from "./prelude.js";

const EDGE = 8; // pixels between a box and the edge of the window
const WIDTH = 300; // that at least lies within the window, unless the box states its own

const boxes = new Set(); // that have been opened, on the whole page

/** Whether a box is open, which Escape closes. */
export const isBoxOpen = () => [...boxes].some((box) => box.isConnected && box.matches(":popover-open"));

/** The button that opens the box of this id. */
export const opener = (id, sign, label, amount) =>
  h("button", { class: "button", type: "button", popovertarget: id, "aria-haspopup": "dialog", "data-key": id },
    sign && icon(sign, "small"), h("span", {}, label), amount ? h("b", { class: "num" }, amount) : null, icon("expand_more", "small"));

function place(event) {
  if (event.newState === "open") boxes.add(event.target);
  else boxes.delete(event.target);
  if (event.newState === "closed" && event.target.contains(event.target.getRootNode().activeElement)) {
    event.target.previousElementSibling.focus(); // where the person came from
  }
  if (event.newState !== "open" || event.target.matches(".sheet")) return;
  const { style, dataset } = event.target;
  const box = event.target.previousElementSibling.getBoundingClientRect();
  const isLow = dataset.width && box.bottom > innerHeight * 0.55; // then there is more room above
  style.left = `${Math.max(8, Math.min(box.left, innerWidth - (dataset.width ?? WIDTH) - 12))}px`;
  style.top = isLow ? "auto" : `${box.bottom + 4}px`;
  style.bottom = isLow ? `${innerHeight - box.top + 4}px` : "auto";
}

// A box that would reach out of the window moves into it, also when it grows while it is open.
const growing = new ResizeObserver((grown) => {
  for (const { target } of grown) {
    const { top, bottom, height } = target.getBoundingClientRect();
    if (top >= EDGE && bottom <= innerHeight - EDGE) continue;
    target.style.bottom = "auto";
    target.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - EDGE - height))}px`;
  }
});

function fit({ newState, target }) {
  if (target.matches(".sheet")) return;
  if (newState === "open") growing.observe(target);
  else growing.unobserve(target);
}

/** Put each box that opens in `root` under its button. */
export function placed(root) {
  root.addEventListener("beforetoggle", place, true);
  root.addEventListener("toggle", fit, true);
}
