// Figures in one strip. A cell is a link to the sessions that it counts. What becomes true by time alone
// (`coming`: the moments) is counted on by the page's one clock.
import { draw, h, icon, link, pulse, s, style } from "./prelude.js";

const sheet = await style("cards");
const WIDTH = 112;
const HEIGHT = 34;

function sparkline(series) {
  const low = Math.min(...series);
  const span = Math.max(...series) - low || 1;
  const step = WIDTH / Math.max(1, series.length - 1);
  const points = series.map((value, index) => `${(index * step).toFixed(1)} ${(HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6)).toFixed(1)}`);
  const stroke = `M${points.join("L")}`;
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    s("path", { class: "area", d: `${stroke}V${HEIGHT}H0Z` }), s("path", { d: stroke }));
}

function delta({ way, text, against }) {
  if (!way) return h("span", { class: "delta" }, h("span", { class: "clip" }, against));
  return h("span", { class: "delta" },
    h("b", { class: "num" }, icon(way > 0 ? "arrow_upward" : "arrow_downward"), h("span", { class: "unseen" }, way > 0 ? "up " : "down "), text),
    h("span", { class: "clip against" }, against));
}

function inside(card) {
  return [
    h("span", { class: "label", title: card.meaning }, card.icon === "pulse" ? pulse() : icon(card.icon), card.label),
    h("span", { class: "value num" }, h("span", { class: "clip" }, card.value), h("small", { class: "clip" }, card.beside)),
    delta(card.delta),
    card.series.length > 1 ? sparkline(card.series) : null,
  ];
}

function bones(card) {
  return h("div", { class: `card tone-${card.tone}` },
    h("span", { class: "label" }, card.icon === "pulse" ? pulse() : icon(card.icon), card.label),
    h("span", { class: "bone value" }), h("span", { class: "bone delta" }));
}

function paint(component, cards) {
  draw(component, [sheet], h("div", { class: "cards group", role: "group", "aria-label": "Figures" },
    cards.map((card) => {
      if (card.is_loading) return bones(card);
      const attributes = { class: `card tone-${card.tone}`, title: card.meaning };
      return card.change ? link(card.change, { ...attributes, path: card.path }, ...inside(card)) : h("div", attributes, ...inside(card));
    })));
}

const come = (moments, now) => moments.filter((moment) => moment <= now).length;

/** A card at a later moment, at which more are to be counted, where nothing else has happened. */
const later = (card, now) => (card.coming ? { ...card, value: (Number(card.value.replaceAll(",", "")) + come(card.coming, now)).toLocaleString("en") } : card);

export default function show(component) {
  const { data: { cards }, parentElement } = component;
  parentElement.stop?.();
  paint(component, cards);
  const coming = cards.flatMap((card) => card.coming ?? []);
  let counted = 0;
  const count = ({ detail: { now } }) => {
    const more = come(coming, now);
    if (more !== counted) paint(component, cards.map((card) => later(card, now)));
    counted = more;
  };
  if (coming.length) document.addEventListener("parley:now", count);
  parentElement.stop = () => document.removeEventListener("parley:now", count);
  return parentElement.stop;
}
