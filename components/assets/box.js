// A state in place of a table or a strip: empty, loading, failed, not found.
import { draw, h, icon, link } from "./prelude.js";

export default function show(component) {
  const { data } = component;
  const root = draw(component, [],
    h("div", { class: `box group ${data.kind}`, role: data.kind.includes("waiting") ? "status" : null },
      h("div", { class: "disc" }, icon(data.icon)),
      data.title ? h("h2", {}, data.title) : null,
      data.text ? h("p", {}, data.text) : null,
      data.reference ? h("p", {}, "Reference ", h("span", { class: "mono" }, data.reference)) : null,
      data.link ? link(data.link.change, { class: "button", push: data.link.push }, data.link.label) : null,
      data.again ? h("button", { class: "button again", type: "button" }, icon("refresh", "small"), "Try again") : null));
  root.onclick = ({ target }) => target.closest(".again") && component.setTriggerValue("again", true);
}
