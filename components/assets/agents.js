// The table of agents: each against the period before, failure rates with their intervals.
import { draw, h, icon, link, style } from "./prelude.js";
import { count, hear, interval, line, many, opens, percent, signed, step } from "./tables.js";
import { duration } from "./times.js";

const sheets = [await style("tables"), await style("agents")];
const USUAL = "-sessions";
const COLUMNS = [
  ["Agent", "agent"], ["Trend"], ["Sessions", "sessions"], ["Change", "change"], ["Share", "share"],
  ["Failure rate, 95%", "failure_rate"], ["Cancelled", "cancel_rate"], ["Handoff", "handoff_rate"],
  ["Median", "duration_median"], ["p95", "duration_p95"], ["Messages", "messages_per_session"],
];

function heading([label, field], sort) {
  const isEnd = field && field !== "agent";
  if (!field) return h("th", { scope: "col" }, label);
  const [isDown, isUp] = [sort === `-${field}`, sort === field];
  const next = isDown ? field : isUp ? `-${field}` : isEnd ? `-${field}` : field; // names from A, numbers from the largest
  return h("th", { scope: "col", class: isEnd ? "end" : null, "aria-sort": isDown ? "descending" : isUp ? "ascending" : null },
    link({ agents_sort: next === USUAL ? [] : [next] }, { push: true, "aria-label": `${label}, sort ${next[0] === "-" ? "descending" : "ascending"}` },
      label, isDown ? icon("arrow_downward") : isUp ? icon("arrow_upward") : null));
}

function changed({ change, is_noise: isNoise, is_uncertain: isUncertain, before }) {
  if (before === null) return h("td", { class: "end num few" }, "");
  const text = change === null ? "None before" : isUncertain && isNoise ? "within noise" : change ? signed(change) : "No change";
  return h("td", { class: `end num${isNoise || change === null ? " few" : ""}`, title: `${many(before, "session")} before${isNoise ? "; the change is within noise" : ""}` }, text);
}

/** A rate that leads to the sessions that it counts; of few sessions in grey. */
function rate({ rate: value, hits, change }, row, what) {
  const text = value === null ? "None" : percent(value);
  return h("td", { class: `end num${row.is_uncertain ? " few" : ""}` },
    change && hits ? link(change, { push: true, path: "", "aria-label": `${row.name}: show ${many(hits, "session")} ${what}` }, text) : text);
}

function failed({ failure, ...row }, { top, mean }) {
  if (failure.rate === null) return h("td", { class: "end num few" }, "None");
  const { is_high: isHigh, low, high, hits, n, change } = failure;
  const told = `${percent(failure.rate)}, with 95% certainty between ${percent(low)} and ${percent(high)}; ${count(hits)} of ${many(n, "session")}${isHigh ? `; above the mean of all, ${percent(mean)}` : ""}`;
  const text = [isHigh ? icon("arrow_upward") : null, row.is_uncertain ? `n = ${count(n)}` : percent(failure.rate)];
  return h("td", { class: `end num${isHigh ? " high" : row.is_uncertain ? " few" : ""}`, title: told },
    interval(failure, top, mean),
    h("span", { class: "rate" }, change && hits ? link(change, { push: true, path: "", "aria-label": `${row.name}: failure rate ${told}. Show the failed` }, ...text) : text));
}

const lasting = (milliseconds, row) => h("td", { class: `end num${row.is_uncertain ? " few" : ""}` },
  milliseconds === null ? "None" : `${row.is_near ? "≈ " : ""}${duration(milliseconds)}`);

function cells(row, data) {
  const { sessions, is_uncertain: isUncertain } = row;
  const few = isUncertain ? " few" : "";
  return [
    h("td", { class: "end num" }, row.list && sessions ? link(row.list, { push: true, path: "", class: few, title: "Filter the sessions by this agent", "aria-label": `Filter by ${row.name}: ${many(sessions, "session")}` }, count(sessions)) : count(sessions)),
    changed(row),
    h("td", { class: `end num${few}` }, row.share === null ? "" : percent(row.share)),
    failed(row, data), rate(row.cancelled, row, "that were cancelled"), rate(row.handoff, row, "with a handoff"),
    lasting(row.median, row), lasting(row.p95, row),
    h("td", { class: `end num${few}` }, row.messages === null ? "None" : row.messages.toFixed(1)),
  ];
}

function agent(row, data) {
  const change = { agent: [row.id], page: [] };
  return h("tr", { "data-key": row.id, "data-id": row.id },
    h("th", { scope: "row" }, link(change, { push: true, class: `opens clip${row.is_uncertain ? " few" : ""}`, title: row.name, "aria-label": `Open agent ${row.name}` }, row.name)),
    h("td", {}, line(row.line, row.line_before)), ...cells(row, data));
}

const all = (row, data) => h("tr", { "data-key": "all" }, h("th", { scope: "row" }, row.name), h("td", {}, line(row.line, row.line_before)), ...cells(row, data));

export default function show(component) {
  const { data } = component;
  const root = draw(component, sheets,
    h("div", { class: "group wide", role: "region", "aria-label": "Agents", tabindex: "0" },
      h("table", { class: "rows agents", "aria-label": "Agents" },
        h("thead", {}, h("tr", {}, COLUMNS.map((column) => heading(column, data.sort)))),
        h("tbody", {}, data.rows.map((row) => agent(row, data))),
        h("tfoot", {}, all(data.overall, data)))),
    h("p", { class: "note" }, data.note));
  opens(root, (row) => ({ agent: [row.dataset.id], page: [] }));
  return hear(root, { "parley:step": ({ detail }) => step(root, detail.by) });
}
