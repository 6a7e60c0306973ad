// The ways through a transcript: a search that counts and walks its matches, and jumps to what matters.
import { count, isMessage, searched } from "./turns.js";
import { hits, pattern } from "./words.js";

export const JUMPS = {
  error: { key: "e", icon: "error", words: ["error", "errors"], is: (turn) => turn.kind === "error" },
  handoff: { key: "h", icon: "swap_horiz", words: ["handoff", "handoffs"], is: (turn) => turn.kind === "handoff" },
  silence: { key: "g", icon: "hourglass_bottom", words: ["silence", "silences"], is: (turn) => Boolean(turn.silence), part: ".silence" },
};

/** Go to the next turn of a kind after where one is, from the last to the first; says which. */
export function jump(transcript, kind, by = 1) {
  const { is, words, part } = JUMPS[kind];
  const places = transcript.turns.filter(is).map((turn) => turn.place);
  if (!places.length) return `No ${words[1]} in this session.`;
  const from = transcript.at ?? transcript.visible()[0] - (by > 0 ? 1 : 0);
  const next = by > 0 ? places.find((place) => place > from) : places.findLast((place) => place < from);
  const to = next ?? places.at(by > 0 ? 0 : -1);
  for (const old of transcript.list.querySelectorAll(".is-found")) old.classList.remove("is-found");
  flash(transcript.bring(to, "center", part));
  transcript.at = to;
  return `${words[0]} ${places.indexOf(to) + 1} of ${places.length}`;
}

function flash(node) {
  void node.offsetWidth; // so that the animation begins anew
  node.classList.add("is-found");
}

/** What is searched for in a transcript, where it is found, and at which match one is. */
export class Search {
  constructor(transcript) {
    Object.assign(this, { transcript, found: [], hit: null });
  }

  /** Find every match of what is typed, and go to the first one from here on. */
  type(typed) {
    this.transcript.find = pattern(typed);
    this.hit = null;
    this.count();
    this.transcript.mark();
    this.step(1);
  }

  /** Count the matches in what is shown: a place and a number within it for each. */
  count() {
    const { find, turns, hasAll } = this.transcript;
    const was = this.hit === null ? null : this.found[this.hit];
    this.found = [];
    if (find) {
      for (const turn of turns) {
        const of = hasAll || isMessage(turn) ? count(turn, find) : 0;
        for (let nth = 0; nth < of; nth += 1) this.found.push({ place: turn.place, nth });
      }
    }
    const again = was ? this.found.findIndex(({ place, nth }) => place === was.place && nth === was.nth) : -1;
    this.hit = again < 0 ? null : again;
  }

  /** How many matches there are, and which of them one is at; nothing where nothing is searched for. */
  get words() {
    if (!this.transcript.find) return "";
    if (!this.found.length) return "No match";
    const total = this.found.length.toLocaleString("en");
    return this.hit === null ? total : `${(this.hit + 1).toLocaleString("en")} of ${total}`;
  }

  /** Go to the next match, or the one before; round the ends. */
  step(by) {
    const { transcript, found } = this;
    if (!found.length) return;
    if (this.hit === null) {
      const first = transcript.at ?? transcript.visible()[0];
      const next = found.findIndex(({ place }) => place >= first);
      this.hit = by > 0 ? Math.max(0, next) : (next < 0 ? found.length : next + found.length) - 1;
      this.hit %= found.length;
    } else this.hit = (this.hit + by + found.length) % found.length;
    this.show(found[this.hit]);
  }

  show({ place, nth }) {
    const { transcript } = this;
    const node = transcript.marked(place);
    const folded = node.querySelector("details:not([open])");
    if (folded && nth >= hits(searched(transcript.turns[place])[0], transcript.find)) {
      folded.open = true;
      folded.fill();
    }
    for (const old of transcript.list.querySelectorAll("mark.here")) old.classList.remove("here");
    const mark = node.querySelectorAll("mark")[nth];
    mark?.classList.add("here");
    transcript.bring(place, "center", mark ? "mark.here" : null);
    transcript.at = place;
  }
}
