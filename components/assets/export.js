// The export menu: a file of all sessions that the address says, in each format.
import { draw, h } from "./prelude.js";
import { downloads, fileAt } from "./download.js";
import { placed } from "./popover.js";
import { absolute } from "./times.js";

/** The filters of the present address, in the zone that they mean. */
function filters({ apart, zone }) {
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => !apart.includes(name));
  return kept.some(([name]) => name === "tz") ? kept : [...kept, ["tz", zone]];
}

export default function show(component) {
  const { data, parentElement } = component;
  const { formats, total } = data;
  const head = h("div", { class: "head" },
    h("b", {}, `Export ${total.toLocaleString("en")} session${total === 1 ? "" : "s"}`),
    h("span", {}, `All pages of the current filters, as of ${absolute(data.now)}`));
  const files = formats.map(({ name, label, hint, icon }) => ({
    label, hint, icon, href: fileAt("sessions/export", [["format", name], ...filters(data)]) }));
  const root = draw(component, [], downloads("export", "Export", head, files));
  if (!parentElement.parley) placed(root);
  parentElement.parley = true;
}
