// What changed: the parts of a change against the period before, the largest first; each a link that
// leaves its sessions only.
import { count, moved, sessions, told } from "./numbers.js";
import { panel } from "./panel.js";
import { h, link } from "./prelude.js";

const sign = (change, unit) => (change ? `${change > 0 ? "+" : "−"}${unit === "sessions" ? count(Math.abs(change)) : moved(change, unit)}` : "No change");

function tone({ change, is_noise: isNoise }, good) {
  if (isNoise || !change) return "noise";
  if (good === "neither") return "neither";
  return (change > 0) === (good === "up") ? "better" : "worse";
}

function row(part, data, most) {
  const { kind, label, change, before, now, n } = part;
  const share = most ? (Math.abs(change) / most) * 50 : 0;
  const words = `${kind} ${label}: ${sign(change, data.unit)}`;
  const inside = [
    h("span", { class: "of" }, h("span", { class: "muted" }, kind), h("span", { class: "clip", title: label }, label)),
    h("span", { class: "lane", "aria-hidden": "true" }, h("i", { class: tone(part, data.good), style: `left: ${change < 0 ? 50 - share : 50}%; width: ${share}%` })),
    h("b", { class: `num ${part.is_noise ? "muted" : ""}` }, sign(change, data.unit)),
  ];
  const title = `${told(now, data.unit)}, was ${told(before, data.unit)}; ${sessions(n)}${part.is_noise ? "; within noise" : ""}`;
  return h("li", { "data-key": `${kind} ${label}` }, part.link ? link(part.link, { push: true, class: "part", title, "aria-label": `${words}. ${title}` }, inside) : h("span", { class: "part", title }, inside));
}

function table({ parts, unit }) {
  return { heads: ["Part", "Change", "Now", "Before", "n"], rows: parts.map(({ kind, label, change, now, before, n, show }) => [
    { raw: `${kind} ${label}`, text: `${kind} ${label}` }, { raw: change, text: sign(change, unit) }, { raw: now, text: told(now, unit) }, { raw: before, text: told(before, unit) },
    { raw: n, text: count(n), show: show && n ? { change: show, count: n } : null }]) };
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  Object.assign(state, { data, component });
  state.redraw = () => {
    const { data: now } = state;
    const most = Math.max(0, ...now.parts.map(({ change }) => Math.abs(change)));
    const list = now.parts.length ? h("ol", { class: "parts" }, now.parts.map((part) => row(part, now, most))) : h("p", { class: "none muted" }, now.nothing);
    panel(state.component, state, { plot: list, table: now.parts.length ? () => table(now) : null });
  };
  state.redraw();
}
