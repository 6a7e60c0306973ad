// The ways between pages, which keep the filters of the address, and how the data is.
import { draw, h, icon, link, style } from "./prelude.js";
import { absolute, relative } from "./times.js";

const sheet = await style("nav");
const KEPT = { id: [] }; // an open session belongs to its list, all else goes along

const firing = ({ count, names }) => h("span", { class: "badge failed num", title: names.join(", ") }, icon("notifications_active"), `${count} firing`);

const entry = ([path, label, sign], { current, fires }) =>
  h("li", {}, link(KEPT, { push: true, path, "aria-current": path === current ? "page" : null }, icon(sign), label, fires?.path === path ? firing(fires) : null));

const section = ({ title, pages }, data) => [title ? h("h2", {}, title) : null, h("ul", {}, pages.map((page) => entry(page, data)))];

// On a phone the navigation lies over the page.
function fold({ target }) {
  if (!target.closest("a") || !matchMedia("(max-width: 640px)").matches) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

export default function show(component) {
  const { data } = component;
  const root = draw(component, [sheet],
    h("nav", { "aria-label": "Pages" }, data.sections.map((each) => section(each, data))),
    h("div", { class: "state" },
      data.as_of === null ? null : h("p", { title: `The newest data was committed ${absolute(data.as_of)}.` },
        "Data as of ", h("time", { "data-at": data.as_of, class: "num" }, relative(data.as_of, data.now))),
      data.building === null ? null : h("p", { class: "num", title: "The files answer until the index is built; that takes longer." }, `Index ${Math.round(data.building * 100)}% built`),
      h("p", { title: "Days, hours and presets are counted in this zone." }, `Report zone ${data.zone}`)));
  root.onclick = fold;
  const recount = ({ detail }) => {
    for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
  };
  root.recount && document.removeEventListener("parley:now", root.recount);
  document.addEventListener("parley:now", (root.recount = recount));
  return () => document.removeEventListener("parley:now", root.recount);
}
