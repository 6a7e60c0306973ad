// Which page of how many, and the way to the others. Arrows keep their places.
import { draw, go, h, icon, link, style } from "./prelude.js";

const sheet = await style("pager");
const SHOWN = 5;
const count = (number) => number.toLocaleString("en");

function numbers(number, pages) {
  const first = Math.max(1, Math.min(number - 2, pages - SHOWN + 1));
  return Array.from({ length: Math.min(SHOWN, pages) }, (_, index) => first + index);
}

export default function show(component) {
  const { data } = component;
  const { number, pages, total, size } = data;
  const to = (page) => ({ page: page === 1 ? [] : [`${page}~${data.digest}`] });
  const arrow = (step, name, label) =>
    number + step < 1 || number + step > pages
      ? h("span", { role: "link", "aria-disabled": "true", "aria-label": label }, icon(name))
      : link({ page: { step, of: data.digest, last: pages } }, { push: true, "aria-label": label }, icon(name));
  const root = draw(component, [sheet],
    h("div", { class: "pager" },
      h("span", { class: "said num", role: "status" },
        `Showing ${count((number - 1) * size + 1)} to ${count(Math.min(number * size, total))} of ${count(total)} session${total === 1 ? "" : "s"}`),
      pages > SHOWN ? h("label", { class: "goto" }, "Go to page", h("input", { class: "field num goto-page", type: "number", min: 1, max: pages, inputmode: "numeric" })) : null,
      h("select", { class: "field size", "aria-label": "Sessions a page" },
        data.sizes.map((choice) => h("option", { value: choice, selected: choice === size }, `${choice} a page`))),
      h("nav", { "aria-label": "Pages" },
        arrow(-1, "chevron_left", "Previous page"),
        numbers(number, pages).map((page) =>
          link(to(page), { push: true, class: "num", "aria-label": `Page ${count(page)}`, "aria-current": page === number ? "page" : null }, count(page))),
        arrow(1, "chevron_right", "Next page"))));
  root.onchange = ({ target }) => {
    if (target.matches(".size")) go({ size: target.value === String(data.usual) ? [] : [target.value], page: [] }, true);
    if (target.matches(".goto-page") && target.value) {
      go(to(Math.min(pages, Math.max(1, Math.trunc(target.valueAsNumber)))), true);
      target.value = "";
    }
  };
}
