// The export menu: a file of all sessions that the address says, in each format.
import { draw, h, icon, link } from "./prelude.js";
import { downloads, fileAt, filters } from "./download.js";
import { placed } from "./popover.js";
import { absolute } from "./times.js";

export default function show(component) {
  const { data, parentElement } = component;
  const { formats, total } = data;
  const head = h("div", { class: "head" },
    h("b", {}, `Export ${total.toLocaleString("en")} session${total === 1 ? "" : "s"}`),
    h("span", {}, `All pages of the current filters, as of ${absolute(data.now)}`));
  const files = formats.map(({ name, label, hint, icon }) => ({
    label, hint, icon, href: fileAt("sessions/export", [["format", name], ...filters(data)]) }));
  const more = link({}, { path: "exports", push: true, class: "file apart", "data-key": "all" }, icon("receipt_long", "small"), h("span", {}, "All exports, with receipts"));
  const root = draw(component, [], downloads("export", "Export", head, files, [], more));
  if (!parentElement.parley) placed(root);
  parentElement.parley = true;
}
