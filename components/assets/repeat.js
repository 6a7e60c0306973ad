// Repeat contact: a row an agent, how many of its users were back within a day and a week. A rate is
// a point with its 95 % on one scale; where few sessions speak it is grey.
import { count, sessions, told } from "./numbers.js";
import { panel } from "./panel.js";
import { h, link } from "./prelude.js";

const WAYS = [["within_24h", "Back within 24 h"], ["within_7d", "Back within 7 days"]];

function rate({ rate: value, low, high, show }, isFew, label, words, scale) {
  if (value === null) return h("td", { class: "muted end" }, "None");
  const text = told(value, "rate");
  const at = (share) => (Math.min(share, scale) / scale) * 100;
  return [
    h("td", { class: `num end ${isFew ? "muted" : ""}` }, show ? link(show.change, { push: true, path: "", "aria-label": `${label}, ${words.toLowerCase()}: ${text}. Show ${sessions(show.count)}` }, text) : text),
    h("td", { class: "range", "aria-hidden": "true", title: `95% between ${told(low, "rate")} and ${told(high, "rate")}` },
      h("span", { class: "rail" }, h("i", { class: "span", style: `left: ${at(low)}%; width: ${at(high) - at(low)}%` }), value > scale ? null : h("i", { class: `dot ${isFew ? "few" : ""}`, style: `left: ${at(value)}%` })))];
}

function line(row, scale) {
  const { label, ended, is_uncertain: isFew, link: change } = row;
  const name = change ? link(change, { push: true, title: `Only ${label}` }, label) : label;
  return h("tr", { "data-key": label, class: change ? null : "every" }, h("th", { scope: "row", class: "clip", title: label }, name),
    h("td", { class: `num end ${isFew ? "muted" : ""}` }, count(ended)), WAYS.map(([way, words]) => rate(row[way], isFew, label, words, scale)));
}

function table({ rows }) {
  return { heads: ["Agent", "Ended", ...WAYS.flatMap(([, words]) => [words, "Lower 95%", "Upper 95%"])],
    rows: rows.map((row) => [{ raw: row.label, text: row.label }, { raw: row.ended, text: count(row.ended) },
      ...WAYS.flatMap(([way]) => [{ raw: row[way].rate, text: told(row[way].rate, "rate"), show: row[way].show }, { raw: row[way].low, text: told(row[way].low, "rate") }, { raw: row[way].high, text: told(row[way].high, "rate") }])]) };
}

/** Where the scale of all rates ends: it holds each interval that says much; all of it where none does. */
function ending(rows) {
  const telling = rows.filter((row) => !row.is_uncertain).map((row) => row.within_7d.high ?? 0);
  return telling.length ? Math.max(0.01, ...telling) : 1;
}

function contacts({ rows }) {
  const scale = ending(rows);
  return h("div", { class: "scroll agents", tabindex: "0", role: "region", "aria-label": "Repeat contact by agent" }, h("table", { class: "contacts" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Agent"), h("th", { scope: "col", class: "end" }, "Ended"), WAYS.map(([, words]) => h("th", { scope: "col", colspan: "2" }, words)))),
    h("tbody", {}, rows.map((row) => line(row, scale)))));
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  Object.assign(state, { data, component });
  state.redraw = () => {
    const { data: now } = state;
    const isEmpty = !now.rows.length;
    panel(state.component, state, { plot: isEmpty ? h("p", { class: "none muted", "data-key": "none" }, "No session here has both a user and an end.") : contacts(now), table: isEmpty ? null : () => table(now) });
  };
  state.redraw();
}
