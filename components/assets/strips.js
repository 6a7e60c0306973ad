// What a person must know about the data above everything else, one line each.
import { draw, h, icon } from "./prelude.js";

const body = ({ title, text, details }) => {
  const words = [title ? h("b", {}, title) : null, title ? " " : null, text];
  if (!details.length) return h("div", {}, ...words);
  return h("div", {}, ...words, " ", h("details", {}, h("summary", {}, "Details"), h("ul", {}, details.map((line) => h("li", {}, line)))));
};

export default function show(component) {
  draw(component, [], component.data.strips.map((strip) =>
    h("div", { class: `strip ${strip.tone}`, role: "status" }, icon(strip.icon), body(strip))));
}
