// The menus of taking out: a view as text for other tools, and a file of all sessions that the address
// says, in each format. One element, for each costs every run of a page.
import { copyMenu, hear, unasked } from "./copy.js";
import { downloads, fileAt, filters } from "./download.js";
import { placed } from "./popover.js";
import { draw, h, icon, link } from "./prelude.js";
import { absolute } from "./times.js";

function exportMenu(data) {
  const { formats, total } = data;
  const head = h("div", { class: "head" },
    h("b", {}, `Export ${total.toLocaleString("en")} session${total === 1 ? "" : "s"}`),
    h("span", {}, `All pages of the current filters, as of ${absolute(data.now)}`));
  const files = formats.map(({ name, label, hint, icon: sign }) => ({
    label, hint, icon: sign, href: fileAt("sessions/export", [["format", name], ...filters(data)]) }));
  const more = link({}, { path: "exports", push: true, class: "file apart", "data-key": "all" }, icon("receipt_long", "small"), h("span", {}, "All exports, with receipts"));
  return downloads("export", "Export", head, files, [], more);
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= unasked());
  state.data = data;
  state.redraw = () => draw(component, [], h("div", { class: "outs" }, copyMenu(state), exportMenu(state.data)));
  const root = state.redraw();
  if (state.isHeard) return;
  state.isHeard = true;
  placed(root);
  hear(root, state);
}
