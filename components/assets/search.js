// Search in conversations: what is looked for, how far the search has come, and the messages found.
// The address is the only place that remembers what is looked for; what was found stays in the tab.
import { forget, searchFor } from "./looking.js";
import { badge, draw, go, h, icon, link, opened, style } from "./prelude.js";
import { scrollBack } from "./scroll.js";
import { absolute, date, relative } from "./times.js";
import { seen } from "./words.js";

const sheet = await style("search");
const count = (number) => number.toLocaleString("en");
const many = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;
let entered = null; // the message that was opened last

const SAID = {
  finished: "", full: "", running: "",
  stopped: "Stopped.", left: "Stopped.", late: "Stopped, for its time was over.",
  lost: "The connection was lost.", failed: "The search failed.",
};

/** What the address asks for. */
function asked(length) {
  const query = new URLSearchParams(location.search);
  const find = query.getAll("find").at(-1) ?? "";
  const isLeftOut = Array.from(find).length > length || find.includes("\0");
  return { find: isLeftOut ? "" : find, word: query.getAll("word").at(-1) === "1", case: query.getAll("case").at(-1) === "1" };
}

const act = (does, label, sign, ...more) => h("button", { class: "button", type: "button", "data-do": does, "data-key": does }, sign ? icon(sign, "small") : null, label, ...more);

function form({ word, case: isExact }, length) {
  const option = (name, label, sign, isOn) =>
    h("button", { class: "button option", type: "button", "data-option": name, "aria-pressed": String(isOn), "data-key": name }, icon(sign, "small"), label);
  return h("div", { class: "finder", role: "search", "data-key": "finder" },
    h("div", { class: "text" }, icon("search", "small"),
      // Not of type "search": the address follows Enter at once, not when nothing more is typed.
      h("input", { class: "field", role: "searchbox", "data-find": true, placeholder: "Search in what was said", "aria-label": "Search in what was said", maxlength: length, autocomplete: "off", enterkeyhint: "search" })),
    option("word", "Whole words", "match_word", word),
    option("case", "Match case", "match_case", isExact),
    act("search", "Search"));
}

/** "Searched back to 3 October, 41 of 120 days." */
function reached({ progress, state }, { zone, now }) {
  if (!progress) return "";
  const { days, days_total: total, searched_back_to: back } = progress;
  if (state === "finished") return total ? `All ${many(total, "day")} searched.` : "";
  if (back === null) return `Searched back to sessions without a start, ${count(days)} of ${many(total, "day")}.`;
  return back[0] === "9" ? "" : `Searched back to ${date(Date.parse(back), zone, now)}, ${count(days)} of ${many(total, "day")}.`;
}

function words(looking, data) {
  const found = looking.hits.length ? `${many(looking.hits.length, "hit")}${looking.isRunning ? " so far" : ""}.` : looking.isRunning ? "Searching …" : "";
  return [SAID[looking.state], looking.state === "failed" ? looking.detail : "", found, reached(looking, data)].filter(Boolean).join(" ");
}

function course(looking, data) {
  if (looking.state === "busy" || looking.state === "refused") return null;
  const { days = 0, days_total: total = 1 } = looking.progress ?? {};
  return h("div", { class: "course", "data-key": "course" },
    h("progress", { max: Math.max(total, 1), value: looking.state === "finished" ? Math.max(total, 1) : days, "aria-label": "Days searched", class: looking.isRunning ? null : "rests" }),
    h("p", { class: "num" }, words(looking, data)),
    looking.isRunning ? act("stop", "Stop", "stop", h("kbd", {}, "Esc")) : null,
    looking.isOpen && !looking.hits.length ? act("further", "Search further") : null,
    looking.name !== data.name && !looking.isRunning ? act("again", "Search the new data", "refresh") : null);
}

/** What could not be read, told once for each reason. */
function gaps(missed, { zone, now }) {
  const reasons = Map.groupBy(missed, ({ reason }) => reason);
  return [...reasons].map(([reason, parts]) => {
    const dated = parts.filter(({ after }) => after !== null).map(({ after, before }) => [Date.parse(after), Date.parse(before) - 1]);
    const from = Math.min(...dated.map(([after]) => after));
    const until = Math.max(...dated.map(([, before]) => before));
    const period = dated.length ? `${date(from, zone, now)} to ${date(until, zone, now)}` : "sessions without a start";
    return h("div", { class: "strip amber", role: "status", "data-key": reason }, icon("warning"), h("div", {}, h("b", {}, `Not searched: ${period}. `), reason));
  });
}

function hit(found, { channels, now }) {
  const id = `${found.session_id} ${found.seq}`;
  const start = found.started_at === null ? null : Date.parse(found.started_at);
  const to = { id: [found.session_id], m: [String(found.seq)], find: [], word: [], case: [] };
  const text = (part) => seen(part.replace(/[ \t\r\n]+/g, " "));
  return h("li", { "data-key": id, class: found.session_id === opened && id === entered ? "came" : null },
    link(to, { push: true, path: "", class: "hit", "data-hit": id },
      h("div", { class: "about" },
        h("b", { class: "clip", title: found.agent_name }, found.agent_name), badge(channels[found.channel]),
        h("span", {}, found.sender === "user" ? "User" : "Agent"),
        found.count > 1 ? h("span", { class: "num" }, `${count(found.count)} times`) : null,
        start === null ? h("span", { class: "when" }, "None") : h("time", { class: "when num", title: `Started ${absolute(start)}`, "data-at": start }, relative(start, now))),
      h("p", { class: "snippet", dir: "auto" },
        found.is_cut_before ? "…" : null, text(found.before), h("mark", {}, text(found.match)), text(found.after), found.is_cut_after ? "…" : null)));
}

const box = (sign, title, text, button) =>
  h("div", { class: "box group tall", "data-key": title }, h("div", { class: "disc" }, icon(sign)), h("h2", {}, title), h("p", {}, text), button);

function results(looking, data) {
  if (!looking) return box("manage_search", "Search in what was said", "Finds a text in the messages of the sessions that the filters leave, newest first, and shows them as they are found. Every character means itself.");
  if (looking.state === "busy") return box("hourglass_top", "Other searches are running", looking.detail, act("further", "Try again", "refresh"));
  if (looking.state === "refused") return box("block", "This cannot be searched", looking.detail);
  if (looking.hits.length) {
    return [
      h("ol", { class: "hits group", "aria-label": "Messages", "data-key": "hits" }, looking.hits.map((found) => hit(found, data))),
      looking.isOpen ? h("div", { class: "more", "data-key": "more" }, act("further", "Search further")) : null];
  }
  if (looking.state !== "finished") return null;
  if (!looking.progress.days_total && !looking.missed.length) return box("chat_bubble", "No sessions found", "Try adjusting your filters or check back later.");
  return box("search_off", "No message says this", "Try fewer or other words, without an option, or wider filters. Every character means itself.");
}

function step(root, by) {
  const all = [...root.querySelectorAll(".hit")];
  const active = root.getRootNode().activeElement?.closest?.(".hit") ?? root.querySelector(".came .hit");
  const at = all.indexOf(active);
  const to = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}

/** Search for what the address asks for, unless that is what is searched for already. */
function follow(state) {
  const wanted = { ...asked(state.data.length), query: state.data.query };
  const name = JSON.stringify(wanted);
  if (name === state.asked) return;
  state.asked = name;
  // What is half typed stays, unless the address names another text.
  if (wanted.find !== state.shown) state.field.value = state.shown = wanted.find;
  leave(state);
  state.looking = wanted.find ? searchFor(wanted, state.data.name) : null;
  if (!state.looking) return;
  state.looking.heard = state.paint;
  if (state.looking.state === "new" || state.looking.state === "left") state.looking.run();
}

/** End what runs; it goes on when somebody comes back to it. */
function leave({ looking }) {
  if (!looking) return;
  looking.heard = () => {};
  looking.stop("left");
}

const DOES = {
  search: (state) => {
    const find = state.field.value;
    if (find !== (state.looking?.wanted.find ?? "")) go({ find: find ? [find] : [] }, true);
    else if (state.looking && !state.looking.isRunning) DOES.again(state);
  },
  stop: ({ looking }) => looking?.stop(),
  further: ({ looking }) => looking.run(),
  again: (state) => {
    forget(state.looking);
    state.asked = null;
    follow(state);
  },
};

function listen(root, state) {
  root.addEventListener("click", ({ target }) => {
    const { do: does, option, hit: id } = target.closest("[data-do], [data-option], [data-hit]")?.dataset ?? {};
    if (does) DOES[does](state);
    if (option) go({ [option]: asked(state.data.length)[option] ? [] : ["1"] });
    if (id) entered = id;
  });
  state.field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) DOES.search(state);
    if (event.key === "ArrowDown") step(root, 1);
  });
  const heard = {
    popstate: [window, () => { follow(state); state.paint(); }],
    "parley:find": [document, (event) => { event.preventDefault(); state.field.focus(); state.field.select(); }],
    "parley:step": [document, ({ detail }) => step(root, detail.by)],
    "parley:back": [document, () => scrollBack(root)],
    "parley:now": [document, ({ detail }) => {
      for (const time of root.querySelectorAll("time[data-at]")) time.textContent = relative(Number(time.dataset.at), detail.now);
    }],
  };
  const escape = (event) => {
    if (event.key !== "Escape" || !state.looking?.isRunning || event.composedPath().some((node) => node.matches?.("[popover]:popover-open, dialog[open]"))) return;
    event.preventDefault();
    state.looking.stop();
  };
  for (const [name, [target, hear]] of Object.entries(heard)) target.addEventListener(name, hear);
  document.addEventListener("keydown", escape, true); // before the keys of the page, which would leave the field
  return () => {
    for (const [name, [target, hear]] of Object.entries(heard)) target.removeEventListener(name, hear);
    document.removeEventListener("keydown", escape, true);
  };
}

/** Say to those who do not see it when a search begins, has its first hit, and ends. */
function say(root, { looking, data }) {
  const said = root.querySelector("[data-said]");
  const sign = looking && `${looking.state} ${looking.hits.length > 0} ${looking.wanted.find}`;
  if (said.sign === sign) return;
  said.sign = sign;
  said.textContent = looking ? words(looking, data) : "";
}

function tree(state) {
  const { data, looking } = state;
  return h("div", { class: "search" },
    form(asked(data.length), data.length),
    looking ? course(looking, data) : null,
    looking ? gaps(looking.missed, data) : null,
    results(looking, data),
    h("p", { class: "unseen", role: "status", "data-own": true, "data-key": "said", "data-said": true }));
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  state.data = data;
  const draws = () => draw(component, [sheet], tree(state));
  state.paint = () => {
    state.frame ??= requestAnimationFrame(() => {
      state.frame = null;
      if (parentElement.parley === state) say(draws(), state);
    });
  };
  if (!state.stop) {
    const root = draws();
    state.field = root.querySelector("[data-find]");
    state.stop = listen(root, state);
    follow(state);
    draws();
    scrollBack(root); // drawn anew: the hits were left for a session
  } else follow(state);
  state.paint();
  return () => {
    leave(state);
    state.stop();
    delete parentElement.parley;
  };
}
