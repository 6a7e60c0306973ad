// The parts of a page, of which one is shown: a link for each.
import { draw, h, icon, link, style } from "./prelude.js";

const sheet = await style("parts");

export default function show(component) {
  const { label, views } = component.data;
  draw(component, [sheet], h("nav", { class: "parts", "aria-label": label },
    views.map(({ label: word, icon: sign, change, is_current: isCurrent }) =>
      link(change, { push: true, "data-key": word, "aria-current": isCurrent ? "page" : null }, icon(sign, "small"), word))));
}
