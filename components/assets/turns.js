// The turns of a transcript as nodes: what was said, tool calls, events, silences.
import { h, icon } from "./prelude.js";
import { absolute, offset, pause, taken } from "./times.js";
import { hits, pretty, seen, words } from "./words.js";

const LONG = 120;
const NAMED = new Set(["tool_call", "tool_result", "custom"]); // known by their names, not by their kind
const SENDERS = new Set(["user", "agent"]);
const END = "end"; // the kind of what stands after the last turn, of which there is only a silence
export const isMessage = (turn) => SENDERS.has(turn.kind);
export const isTurn = (turn) => turn.kind !== END;

/** The turns of a message, which holds them by columns. */
export function turnsOf({ seq, at, kind, text, name, answer, answered_at: answeredAt, answer_seq: answerSeq }, silences) {
  const silent = new Map(silences);
  return seq.map((number, place) => ({
    place, seq: number, at: at[place], kind: kind[place], text: text[place], name: name[place] ?? "",
    answer: answer[place] ?? (place in answerSeq ? "" : undefined), answeredAt: answeredAt[place], answerSeq: answerSeq[place], silence: silent.get(place) }));
}

/** What stands after the last turn: the silence until the end, or so far; nothing where it is a short one. */
export function closing(place, { quiet_since: since, silent_ms: least }, until) {
  if (!place || since === null || until === null || until - since < least) return [];
  return [{ place, seq: null, at: until, kind: END, text: "", name: "", silence: until - since }];
}

/** What a result says about itself: that it failed, and why; or how many things it brought. */
function outcome({ answer }) {
  if (answer === undefined) return null;
  let found = answer;
  try {
    found = JSON.parse(answer);
  } catch {
    // a tool may answer in plain words
  }
  if (Array.isArray(found)) return { text: `${found.length} result${found.length === 1 ? "" : "s"}` };
  const error = found?.error ?? found?.is_error ?? found?.isError;
  if (error || found?.ok === false || found?.success === false) return { isFailed: true, text: typeof error === "string" && error.length < 60 ? error : "failed" };
  return typeof found === "string" && /^\s*error\b/i.test(found) ? { isFailed: true, text: "failed" } : null;
}

const isFolded = (turn) => turn.kind !== "error" && (turn.text.length > LONG || turn.text.includes("\n"));

/** The text of an event as it is shown: of a short one in a line, as it was sent. */
const textOf = (turn) => (isFolded(turn) || turn.kind === "tool_call" ? pretty(turn.text) : turn.text);

/** What is searched in a turn: the texts in the order in which they are shown. */
export function searched(turn) {
  if (isMessage(turn)) return [turn.text];
  return [turn.name, textOf(turn), pretty(turn.answer ?? "")];
}

export const count = (turn, find) => searched(turn).reduce((sum, text) => sum + hits(text, find), 0);

/** When a turn was, as a time since the start; that of an event is the link to it. */
function since(turn, { zero, linked }) {
  const told = turn.at === null ? null : h("time", { title: absolute(turn.at) }, offset(turn.at - zero));
  if (isMessage(turn)) return h("span", { class: "since num" }, told);
  return h("span", { class: "since num" }, linked(turn, { title: "Link to this event" }, told ?? `#${turn.seq}`));
}

function message(turn, { agent, find, linked }) {
  const number = linked(turn, { class: "seq num", title: "Link to this message" }, `#${turn.seq}`);
  return h("div", { class: "said" },
    h("div", { class: "who" }, h("b", {}, turn.kind === "user" ? "User" : h("bdi", {}, seen(agent))), number),
    h("p", { class: "words", dir: "auto" }, words(turn.text, find)));
}

const detail = (text, find) => h("pre", { dir: "auto" }, seen(text, find));

function tool(turn, { kinds, find, isOpen }) {
  const found = outcome(turn);
  const lasted = turn.answeredAt != null && turn.at !== null ? taken(turn.answeredAt - turn.at) : null;
  const body = () => [
    turn.text ? detail(textOf(turn), find) : null,
    turn.answer === undefined ? h("p", { class: "muted" }, "No answer is known.") : [h("p", { class: "muted" }, "Answer"), detail(pretty(turn.answer), find)]];
  return folded("event call", body, isOpen, icon(kinds.tool_call.icon), h("b", { class: "mono" }, turn.name ? seen(turn.name, find) : "Tool call"),
    lasted ? h("span", { class: "muted num" }, lasted) : null,
    found ? h("span", { class: found.isFailed ? "bad" : "muted" }, seen(found.text)) : null);
}

function folded(kind, body, isOpen, ...summary) {
  const node = h("details", { class: kind, open: isOpen }, h("summary", {}, summary));
  const fill = () => { if (node.open && node.childElementCount === 1) node.append(h("div", { class: "inside" }, body())); };
  node.addEventListener("toggle", fill);
  node.fill = fill;
  fill();
  return node;
}

function happening(turn, context) {
  if (turn.kind === "tool_call") return tool(turn, context);
  const { kinds, find, isOpen } = context;
  const kind = kinds[turn.kind];
  const isNamed = turn.name && NAMED.has(turn.kind);
  const title = [
    h("b", { class: isNamed ? "mono" : null, title: kind.label }, isNamed ? seen(turn.name, find) : kind.label),
    turn.name && !isNamed ? h("span", { class: "mono" }, seen(turn.name, find)) : null,
  ];
  const said = `event ${turn.kind === "error" ? "is-error" : turn.kind === "handoff" ? "is-handoff" : ""}`;
  if (!isFolded(turn)) {
    return h("div", { class: said }, icon(kind.icon), title, h("span", { class: turn.kind === "error" ? null : "muted" }, seen(textOf(turn), find)));
  }
  return folded(said, () => detail(textOf(turn), find), isOpen, icon(kind.icon), title, h("span", { class: "muted clip" }, seen(turn.text.slice(0, LONG))));
}

function silence(turn, isLive) {
  const isOpen = isLive && !isTurn(turn); // it goes on
  const lasted = h("span", { class: "num", "data-since": isOpen ? turn.at - turn.silence : null, "data-as": "pause" }, pause(turn.silence));
  return h("div", { class: "silence" }, h("span", {}, lasted, isOpen ? " of silence so far" : " of silence"));
}

/** The node of a turn; a silence stands before the turn that ends it. */
export function turnNode(turn, context) {
  const sender = isMessage(turn) ? `message ${turn.kind}` : "happened";
  return h("li", { class: `turn ${sender}`, "data-place": turn.place },
    turn.silence ? silence(turn, context.isLive) : null,
    isTurn(turn) ? [since(turn, context), isMessage(turn) ? message(turn, context) : happening(turn, context)] : null);
}
