// What fires now, where the navigation is folded: a strip that leads to the alerts.
import { draw, h, icon, link, style } from "./prelude.js";

const sheet = await style("nav");
const KEPT = { id: [] };

export default function show(component) {
  const { path, count, names } = component.data;
  draw(component, [sheet], h("div", { class: "strip amber fires", role: "status" }, icon("notifications_active"), h("div", {},
    link(KEPT, { push: true, path }, h("b", {}, `${count} alert${count === 1 ? " fires" : "s fire"}`)), `: ${names.join(", ")}${count > names.length ? " and others" : ""}`)));
}
