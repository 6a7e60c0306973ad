// One search: asks the API, takes its lines as they come, and remembers how far it has come. Ended
// by whoever leaves, so that the server stops looking at once.
import { fileAt } from "./download.js";

const REMEMBERED = 8; // searches of this tab, for the way back from a session
const searches = new Map();
const keyOf = (wanted) => JSON.stringify([wanted.find, wanted.word, wanted.case, wanted.query]);

/** The lines of a stream, as they come. */
async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = "", part; ;) {
    part = await reader.read();
    const lines = (rest + (part.value ?? "")).split("\n");
    rest = part.done ? "" : lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
    if (part.done) return;
  }
}

/** A search for what is `wanted`: {find, word, case, query}; `state` says what it does, or why it stopped. */
export class Looking {
  constructor(wanted, name) {
    Object.assign(this, { wanted, name, hits: [], missed: [], progress: null, state: "new", detail: "", heard: () => {} });
  }

  get isRunning() {
    return this.state === "running";
  }

  /** Whether there may be more, which `run` would look for. */
  get isOpen() {
    return this.state !== "running" && this.state !== "finished";
  }

  /** Search, or go on from where the search stopped. */
  async run() {
    const control = (this.control = new AbortController());
    Object.assign(this, { state: "running", detail: "" });
    this.heard();
    try {
      const answer = await fetch(this.address(), { signal: control.signal, cache: "no-store" });
      if (answer.ok) for await (const line of linesOf(answer.body)) this.take(line);
      else this.refused(answer.status, await answer.json());
      if (this.isRunning) this.state = "lost"; // the last line is missing: this is not the whole answer
    } catch {
      if (this.isRunning) this.state = "lost"; // else it was stopped
    }
    this.heard();
  }

  /** Stop; `why` is what the state is called afterwards. */
  stop(why = "stopped") {
    if (!this.isRunning) return;
    this.state = why;
    this.control.abort();
    this.heard();
  }

  address() {
    const { find, word, case: isExact, query } = this.wanted;
    const own = [["find", find], ...(word ? [["word", "true"]] : []), ...(isExact ? [["case", "true"]] : [])];
    const next = this.progress?.next;
    return fileAt("search/messages", [...query, ...own, ...(next ? [["after", next]] : [])]);
  }

  refused(status, { detail, advice, errors }) {
    this.state = status === 503 ? "busy" : "refused";
    this.detail = [detail, advice, ...(errors ?? []).map(({ what }) => `${what}.`)].filter(Boolean).join(" ");
  }

  take(line) {
    if (line.kind === "hit") this.hits.push(line);
    if (line.kind === "missed") this.missed.push(line);
    if (line.kind === "progress" || line.kind === "end") this.progress = line;
    if (line.kind === "end") Object.assign(this, { state: line.reason, detail: line.detail ?? "" });
    this.heard();
  }
}

/** The search of this tab for what is wanted, with what it has found; a new one where there is none. */
export function searchFor(wanted, name) {
  const key = keyOf(wanted);
  const found = searches.get(key) ?? new Looking(wanted, name);
  searches.delete(key);
  searches.set(key, found); // the newest last
  if (searches.size > REMEMBERED) searches.delete(searches.keys().next().value);
  return found;
}

/** Forget what a search has found, so that the next one for the same looks again. */
export const forget = (looking) => searches.delete(keyOf(looking.wanted));
