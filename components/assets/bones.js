// The frame of a chart that is on its way.
import { draw, h, style } from "./prelude.js";

const sheet = await style("panel");

export default function show(component) {
  const { title, sub, size } = component.data;
  draw(component, [sheet], h("section", { class: `panel group ${size}`, "aria-label": title, "aria-busy": "true" },
    h("header", {}, h("h2", {}, title), h("span", { class: "sub muted clip" }, sub)), h("div", { class: "bone" })));
}
