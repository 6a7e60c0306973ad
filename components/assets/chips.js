// A badge for each filter that is set, with a cross that removes only it; after them the way to clear
// all, which is there as long as one is set.
import { draw, h, icon, link, style } from "./prelude.js";

const sheet = await style("filters");
const CUT = 32;

export default function show(component) {
  const { chips, clear } = component.data;
  draw(component, [sheet],
    h("div", { class: "chips", role: "group", "aria-label": "Set filters" },
      chips.map(({ kind, value, icon: sign, tone, change }) =>
        h("span", { class: `chip ${tone}`, "data-key": `${kind} ${value}` }, icon(sign), h("span", { class: "kind" }, kind),
          h("b", { class: "clip", title: value }, value.length > CUT ? `${value.slice(0, CUT)}…` : value),
          link(change, { "aria-label": `Remove filter ${kind} ${value}` }, icon("close")))),
      link(clear, { class: "button plain clear", "data-key": "clear" }, "Clear filters")));
}
