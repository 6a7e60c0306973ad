// A chart over time: stacked bars, or lines. Its marks are slices of time, or what one series has in
// one; dragged over, or chosen with Shift and the arrows, they become the range.
import { bars } from "./bars.js";
import { curves } from "./curves.js";
import { count, told } from "./numbers.js";
import { panel } from "./panel.js";
import { h } from "./prelude.js";
import { reach } from "./reach.js";
import { named, spanned } from "./spans.js";

const HEIGHTS = { tall: 262, small: 196 };
const DATED = { range: [], started_after: [], started_before: [] };

const sum = (values) => values.reduce((total, value) => total + (value ?? 0), 0);

/** The filters that leave exactly the slices from one to another. */
function dates({ edges }, from, to = from) {
  const [after, before] = [edges[from], edges[to + 1]];
  if (after === null && before === null) return { ...DATED, page: [] };
  return { range: ["custom"], started_after: after === null ? [] : [after], started_before: before === null ? [] : [before], page: [] };
}

const totals = ({ series, starts }) => starts.map((_, slice) => sum(series.map(({ values }) => values[slice])));

/** The filters of a mark; null where the sessions of a series are no filter. */
function only(data, [slice, at]) {
  const own = at < 0 ? {} : data.series[at].only;
  return own ? { ...dates(data, slice), ...own } : null;
}

/** The sessions behind a mark: {change, count}; null where there are none, or no filter has them. */
function shown(data, [slice, at], all) {
  const each = data.series[at];
  const number = at < 0 ? all[slice] : (each.counts ?? each.values)[slice];
  const change = data.is_linked && number ? only(data, [slice, at]) : null;
  return change ? { change, count: number } : null;
}

function beside({ low, high, n, before, was_near: wasNear }, slice, data) {
  const parts = [];
  if (low && low[slice] !== null) parts.push(`95% ${told(low[slice], data.unit)} to ${told(high[slice], data.unit)}`);
  if (n && (n[slice] ?? 0) < 30) parts.push(`n = ${count(n[slice] ?? 0)}`);
  if (before) parts.push(`was ${told(before[slice], data.unit, wasNear)}`);
  return parts.join(", ");
}

/** What is usual in a slice, in words. */
function usual({ band, unit }, slice) {
  return band && band.low[slice] !== null ? `usually ${told(band.low[slice], unit)} to ${told(band.high[slice], unit)}` : "";
}

function rows(data, [slice, meant], all) {
  const found = data.series.map((each, at) => ({
    ink: each.ink, label: each.label, text: told(each.values[slice], data.unit, each.is_near), before: beside(each, slice, data), show: shown(data, [slice, at], all), isMeant: at === meant }));
  if (data.kind === "curves") return found;
  const most = data.before ? `${data.word} ${told(data.before[slice], data.unit)}` : "";
  const total = { label: "All", text: count(all[slice]), before: [most, usual(data, slice)].filter(Boolean).join(", "), show: shown(data, [slice, -1], all), isMeant: meant < 0 };
  return [...found.filter(({ text, isMeant }) => text !== "0" || isMeant).reverse(), total];
}

/** What a place of the chart says and where it leads. */
function mark(data, drawn, place, all) {
  const [slice, at] = place;
  const title = named(data.starts[slice], data);
  const told = rows(data, place, all);
  const meant = told.find(({ isMeant }) => isMeant);
  const change = data.is_until_now ? null : (only(data, place) ?? dates(data, slice)); // there dates count nothing out
  const label = `${at < 0 ? data.title : meant.label}, ${title}: ${[meant.text, meant.before].filter(Boolean).join(", ")}`;
  return { ...drawn.place(place), change, label, tip: { title, rows: told, show: meant.show } };
}

function span(data, drawn, all, from, to) {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  const [start, end] = [drawn.column(first), drawn.column(last)];
  const label = spanned(data.starts[first], data.starts[last], data);
  const within = all.slice(first, last + 1);
  const rows = data.kind === "bars" && data.is_linked ? [{ label: "All", text: count(sum(within)) }] : [];
  return { change: dates(data, first, last), label, rows, box: { ...start, width: end.x + end.width - start.x } };
}

function chart(data, width) {
  const all = totals(data);
  const height = HEIGHTS[data.size];
  const drawn = data.kind === "bars" ? bars(data, all, width, height) : curves(data, width, height);
  const last = data.starts.length - 1;
  return {
    ...drawn,
    kept: (place) => (place && place[0] <= last && place[1] < data.series.length ? place : null),
    mark: (place) => mark(data, drawn, place, all),
    span: data.is_until_now ? null : (from, to) => span(data, drawn, all, from, to),
  };
}

/** What is told of each slice: the most within it where that is known, all together, or the first line. */
function main(data) {
  if (data.kind !== "bars") return data.series[0].values;
  return data.is_peak ? data.before : totals(data);
}

/** The chart in words, for who cannot see it; what does not add up is not summed. */
function summary(data) {
  const { series, starts, interval, unit } = data;
  const values = main(data);
  const known = values.filter((value) => value !== null);
  if (!known.length) return `${data.title}: no value.`;
  const when = (value) => named(starts[values.indexOf(value)], data);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const of = data.kind === "bars" && data.is_linked ? series.map((each) => `${each.label} ${count(sum(each.values))}`).join(", ") : "";
  const now = data.is_until_now ? ` Now: ${[told(totals(data).at(-1), unit), usual(data, starts.length - 1)].filter(Boolean).join(", ")}.` : "";
  const first = data.kind === "bars" ? data.title : series[0].label;
  const read = (value) => told(value, unit, data.kind === "curves" && series[0].is_near);
  return `${first} by ${interval}, ${spanned(starts[0], starts.at(-1), data)}: highest ${read(high)} on ${when(high)}, lowest ${read(low)} on ${when(low)}.${of ? ` In all: ${of}.` : ""}${now}`;
}

function table(data) {
  const { series, starts, edges, unit, interval } = data;
  const all = totals(data);
  const heads = [`Start of the ${interval}`, ...series.flatMap(({ label, low, n, is_near: isNear }) => [isNear ? `≈ ${label}` : label, ...(low ? ["Lower 95%", "Upper 95%"] : []), ...(n ? ["n"] : [])]), ...(data.before ? [data.ghost] : []), ...(data.band ? ["Usual from", "Usual to"] : [])];
  const value = (raw, show = null, isNear = false) => ({ raw: raw ?? null, text: told(raw, unit, isNear), show });
  const body = starts.map((start, slice) => [
    { raw: edges[slice] ?? "", text: named(start, data) },
    ...series.flatMap((each, at) => [value(each.values[slice], shown(data, [slice, at], all), each.is_near), ...(each.low ? [value(each.low[slice]), value(each.high[slice])] : []),
      ...(each.n ? [{ raw: each.n[slice] ?? 0, text: count(each.n[slice] ?? 0) }] : [])]),
    ...(data.before ? [value(data.before[slice])] : []),
    ...(data.band ? [value(data.band.low[slice]), value(data.band.high[slice])] : [])]);
  return { heads, rows: body };
}

/** The entries of the legend; one whose series is all that the filters leave takes them away. */
function legend({ series, before, kind, against, ghost, field, band }) {
  const entries = series.map(({ ink, label, only: own, shape: line }) => {
    const isChosen = own !== null && !Object.keys(own).length;
    const change = field && own ? { ...(isChosen ? { [field]: [] } : own), page: [] } : null;
    return { ink, label, shape: kind === "bars" ? "swatch" : `stroke ${line ?? ""}`, change, isChosen: isChosen && change };
  });
  if (series.some(({ low }) => low)) entries.push({ ink: series[0].ink, label: "95%", shape: "haze" });
  if (before) entries.push({ label: ghost, shape: "stroke ghost" });
  else if (series.some((each) => each.before)) entries.push({ label: against, shape: "stroke dots" });
  if (band) entries.push({ label: band.label, shape: "usual" });
  return entries;
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  Object.assign(state, { data, component });
  state.redraw = () => {
    const { data: now } = state;
    const isEmpty = now.kind === "bars" ? !main(now).some(Boolean) : !now.series.some(({ values }) => values.some((value) => value !== null));
    const plot = isEmpty ? h("p", { class: `none muted ${now.size ?? ""}`, "data-key": "none" }, now.kind === "bars" ? "No sessions match these filters." : "None of these sessions has it.") : h("div", { class: "plot", "data-own": true, "data-key": "plot" });
    const root = panel(state.component, state, { legend: isEmpty ? [] : legend(now), plot, summary: isEmpty ? null : summary(now), table: isEmpty ? null : () => table(now) });
    if (!isEmpty) reach(root, state, (width) => chart(now, width));
  };
  state.redraw();
}
