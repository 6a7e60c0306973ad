// The exports page: a form whose button is a link to the file, and what was exported before.
import { copies, copyButton, fileAt, filters } from "./download.js";
import { draw, h, icon, style } from "./prelude.js";
import { absolute, relative } from "./times.js";

const sheet = await style("exports");
const LISTED = 50;
const RESTING = 15; // beats of the clock between two questions while nothing runs
const HEADS = ["File", "State", "Sessions", "Size", "By", "Started", ""];
const CONTENTS = [
  { value: "rows", label: "Sessions", text: "A row each: times, status, agent, metadata" },
  { value: "messages", label: "Sessions with messages", text: "And everything that was said and happened" },
];
const TONES = { running: ["active", "sync"], finished: ["completed", "check"], broken: ["failed", "error"], expired: ["grey", "schedule"] };
const UNITS = ["kB", "MB", "GB", "TB"];

/** "812 bytes", "1.2 MB" */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount).toLocaleString("en")} ${UNITS[power - 1]}`;
}

const count = (total, word = "session") => `${total.toLocaleString("en")} ${word}${total === 1 ? "" : "s"}`;
const asked = (path, query) => fetch(fileAt(path, query), { cache: "no-cache" });

// --- A new file -------------------------------------------------------------------------------

/** What the form says now: which format, written how. */
const query = ({ wish }) => [["format", wish.format],
  ...(wish.format === "csv" && wish.columns ? [["metadata_columns", "true"]] : []),
  ...(wish.format === "csv" && wish.bom ? [["bom", "true"]] : [])];

const offered = ({ data, wish }) => data.formats.filter((each) => each.has_messages === (wish.content === "messages"));

const choice = (name, { value, label, text }, chosen) =>
  h("label", { class: "check", "data-key": value }, h("input", { type: "radio", name, value, checked: value === chosen }), h("span", {}, label, text ? h("small", {}, text) : null));

const tick = (name, label, text, isOn) =>
  h("label", { class: "check", "data-key": name }, h("input", { type: "checkbox", name, checked: isOn }), h("span", {}, label, h("small", {}, text)));

function about({ size: found }) {
  if (!found || found.isLost) return found ? "Its size is not known." : "";
  return `${found.is_exact ? "" : "about "}${size(found.bytes)}`;
}

function form(state) {
  const { data, wish } = state;
  const isCsv = wish.format === "csv";
  const href = fileAt("sessions/export", [...query(state), ...(wish.zip ? [["receipt", "zip"]] : []), ...filters(data)]);
  return h("section", { class: "group", "data-key": "new", "aria-label": "New export" }, h("h2", {}, "New export"),
    h("div", { class: "form" },
      h("fieldset", {}, h("legend", {}, "Content"), CONTENTS.map((each) => choice("content", each, wish.content))),
      h("fieldset", {}, h("legend", {}, "Format"), offered(state).map(({ name, label, hint }) => choice("format", { value: name, label, text: hint }, wish.format))),
      h("fieldset", {}, h("legend", {}, "Options"),
        isCsv ? tick("columns", "Columns for metadata", "One for each key", wish.columns) : null,
        isCsv ? tick("bom", "For older Excel", "Begins with a byte order mark", wish.bom) : null,
        tick("zip", "In a ZIP with its receipt", "What it holds, with its SHA-256", wish.zip))),
    h("div", { class: "start" },
      data.total
        ? h("a", { class: "button strong", href, download: true, "data-start": "", "data-key": "start" }, icon("download", "small"), "Start export")
        : h("span", { class: "muted", "data-key": "none" }, "No session matches these filters."),
      h("p", { class: "num", role: "status" }, h("b", {}, count(data.total)), state.size ? `, ${about(state)}` : "",
        h("small", {}, `All pages of the current filters, as of ${absolute(data.now)}`))));
}

async function measure(state) {
  const { data } = state;
  const wanted = [...query(state), ...filters(data)];
  const name = JSON.stringify([wanted, data.now]);
  if (!data.total || name === state.measured) return;
  state.measured = name;
  state.size = null;
  let found = { isLost: true };
  try {
    const answer = await asked("sessions/export/size", wanted);
    if (answer.ok) found = (await answer.json()).data;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when the network is away
  }
  if (name !== state.measured) return;
  state.size = found;
  state.redraw();
}

// --- What was exported ------------------------------------------------------------------------

const stateOf = (row, now) => (row.state === "broken" && now > Date.parse(row.expires_at) ? "expired" : row.state);

function badge(row, now) {
  const [tone, sign] = TONES[stateOf(row, now)];
  const word = stateOf(row, now);
  return h("span", { class: `badge ${tone}` }, icon(sign), word[0].toUpperCase() + word.slice(1));
}

/** A command that fetches what is missing of a file that lies where it is run. */
function command({ file, links }) {
  const address = new URL(`./api/v1/${links.rest}`, document.baseURI).href;
  return `f='${file}'; curl -sSf "${address}$(wc -c < "$f" | tr -d ' ')" >> "$f"`;
}

function done(row, now) {
  const all = row.total.toLocaleString("en");
  if (row.state === "finished") return all;
  return [`${row.sessions.toLocaleString("en")} of ${all}`,
    row.state === "running" ? h("progress", { max: row.total, value: row.sessions, "aria-label": `Sessions of ${row.file}` }) : null];
}

const way = (path, sign, label) => h("a", { class: "tool", href: new URL(`./api/v1/${path}`, document.baseURI).href, target: "_blank", rel: "noopener", "data-key": label }, icon(sign, "small"), label);

function line(row, now) {
  return h("tr", { role: "row", "data-key": row.export_id, "data-id": row.export_id },
    h("th", { role: "rowheader", scope: "row" }, h("span", { class: "mono" }, row.file), row.is_zip ? h("span", { class: "muted" }, " in a ZIP") : null,
      h("small", {}, row.filters.words.join(" · ")),
      row.reason ? h("small", { class: "why" }, row.reason) : null),
    h("td", { role: "cell" }, badge(row, now)),
    h("td", { role: "cell", class: "num" }, done(row, now)),
    h("td", { role: "cell", class: "num" }, size(row.bytes)),
    h("td", { role: "cell" }, row.who),
    h("td", { role: "cell", class: "num" }, h("span", { title: absolute(Date.parse(row.started_at)) }, relative(Date.parse(row.started_at), now))),
    h("td", { role: "cell", class: "end" },
      row.links.receipt ? way(row.links.receipt, "receipt_long", "Receipt") : null,
      row.links.rest ? copyButton("Copy how to go on", command(row), { "aria-label": "Copy how to go on" }) : null));
}

function listed(state) {
  const { rows, now } = state;
  return h("section", { class: "group", "data-key": "old", "aria-label": "Exports", "aria-busy": String(rows === null) }, h("h2", {}, "Exports"),
    rows === null ? h("p", { class: "muted" }, state.wrong || "Asking for what was exported…")
      : rows.length === 0 ? h("p", { class: "muted" }, "Nothing has been exported yet. What is exported here or by a script stands here with its receipt.")
        : h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "All exports" },
          h("table", { role: "table" }, h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, HEADS.map((name) => h("th", { role: "columnheader", scope: "col" }, name || h("span", { class: "unseen" }, "Actions"))))),
            h("tbody", { role: "rowgroup" }, rows.map((row) => line(row, now))))));
}

async function list(state) {
  try {
    const answer = await asked("exports", [["limit", LISTED]]);
    const found = await answer.json();
    if (answer.ok) [state.rows, state.now] = [found.data, Date.parse(found.meta.as_of)];
    else state.wrong = found.detail;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // the next beat asks again
  }
  state.redraw();
}

/** Each second while something runs, or has just been started; else now and then. */
function beat(state) {
  state.rest -= 1;
  const isRunning = state.rows?.some((row) => row.state === "running");
  if (document.visibilityState !== "visible" || (state.rest > 0 && !isRunning)) return;
  state.rest = state.soon > 0 ? 1 : RESTING;
  state.soon -= 1;
  list(state);
}

function listen(root, state) {
  copies(root);
  root.addEventListener("click", ({ target }) => {
    if (target.closest("[data-start]")) [state.rest, state.soon] = [1, 4];
  });
  root.addEventListener("change", ({ target }) => {
    const { name, value, type, checked } = target;
    state.wish[name] = type === "checkbox" ? checked : value;
    if (name === "content") state.wish.format = offered(state)[0].name;
    measure(state);
    state.redraw();
  });
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= { wish: { content: "rows", format: "csv" }, rows: null, now: 0, rest: RESTING, soon: 0, wrong: "" });
  state.data = data;
  state.redraw = () => draw(component, [sheet], h("div", { class: "exports" }, form(state), listed(state)));
  const root = state.redraw();
  measure(state);
  if (!state.beat) {
    listen(root, state);
    state.beat = () => beat(state);
    document.addEventListener("parley:now", state.beat);
    list(state);
  }
  return () => {
    document.removeEventListener("parley:now", state.beat);
    delete parentElement.parley;
  };
}
