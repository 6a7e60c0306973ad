// The transcript of a session: its turns as a list that scrolls, kept where they are when new ones
// come, and the ways through it: a search, jumps to what matters, the lane that shows it all.
import { changed, h, icon, link } from "./prelude.js";
import { drawLane, lane, moveWindow, turnAt } from "./minimap.js";
import { count, isMessage, searched, turnNode } from "./turns.js";
import { hits, pattern } from "./words.js";

const CHUNK = 40; // turns of a list
const NEAR = 48; // pixels from the end within which somebody reads the end
const MARGIN = 12; // pixels above what one was brought to
const anchor = () => Number(new URLSearchParams(location.search).get("m") || NaN);

export const JUMPS = {
  error: { key: "e", icon: "error", words: ["error", "errors"], is: (turn) => turn.kind === "error" },
  handoff: { key: "h", icon: "swap_horiz", words: ["handoff", "handoffs"], is: (turn) => turn.kind === "handoff" },
  silence: { key: "g", icon: "hourglass_bottom", words: ["silence", "silences"], is: (turn) => Boolean(turn.silence) },
};

/** One transcript on the screen. `parts` are its nodes: scroller, list, map, said. */
export class Transcript {
  constructor(parts, tell) {
    Object.assign(this, parts, { tell, turns: [], signs: [], find: null, found: [], at: null, y: [], waiting: 0, hasAll: true });
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    for (const sign of ["wheel", "touchmove", "pointerdown", "keydown"]) this.scroller.addEventListener(sign, () => { this.at = null; }, { passive: true });
    this.map.addEventListener("pointerdown", (event) => this.pressed(event));
    new ResizeObserver(() => this.drawMap()).observe(this.map);
  }

  /** Show the turns; those that are as they were keep their nodes. */
  show(turns, context, isLive) {
    const isNew = this.turns.length === 0;
    const wasAtEnd = isNew ? isLive : this.isAtEnd();
    this.context = { ...context, number: (turn) => this.number(turn) };
    const before = this.turns.length;
    this.turns = turns;
    const signs = turns.map((turn) => JSON.stringify([turn.seq, turn.at, turn.kind, turn.text, turn.name, turn.answer, turn.answeredAt, turn.silence]));
    signs.forEach((sign, place) => { if (sign !== this.signs[place]) this.put(place); });
    for (let place = this.signs.length - 1; place >= turns.length; place -= 1) this.node(place).remove();
    this.list.querySelectorAll(".chunk:empty").forEach((chunk) => chunk.remove());
    this.signs = signs;
    if (this.find) this.count();
    this.drawMap();
    if (isNew && anchor() >= 0) this.goTo(anchor());
    else if (wasAtEnd && isLive) this.toEnd();
    else if (!isNew) this.waiting += turns.length - before;
    this.tell();
  }

  /** The node of a place; they lie in lists of a fixed length, of which those out of sight cost nothing. */
  node(place) {
    return this.list.children[Math.floor(place / CHUNK)]?.children[place % CHUNK];
  }

  /** Draw the turn of a place anew, or for the first time. */
  put(place) {
    const old = this.node(place);
    const isOpen = Boolean(old?.querySelector("details[open]"));
    const node = turnNode(this.turns[place], { ...this.context, find: this.find, isOpen });
    if (old) old.replaceWith(node);
    else {
      if (place % CHUNK === 0) this.list.append(h("ol", { class: "chunk", start: place + 1 }));
      this.list.children[Math.floor(place / CHUNK)].append(node);
    }
  }

  number(turn) {
    return link({ m: [String(turn.seq)] }, { class: "seq num", title: "Link to this message" }, `#${turn.seq}`);
  }

  // --- Where one is -----------------------------------------------------------------------------

  isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    // Turns out of sight have guessed heights, so that the end moves while one comes to it.
    const down = (tries) => {
      this.scroller.scrollTop = this.scroller.scrollHeight;
      if (tries) requestAnimationFrame(() => down(tries - 1));
    };
    down(3);
    this.waiting = 0;
  }

  scrolled() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.moveWindow();
      if (this.waiting && this.isAtEnd()) {
        this.waiting = 0;
        this.tell();
      }
    });
  }

  /** The places of the first and the last turn on the screen. */
  visible() {
    const box = this.scroller.getBoundingClientRect();
    const at = (y) => this.scroller.getRootNode().elementFromPoint(box.left + box.width / 2, y)?.closest?.(".turn");
    const seen = (from, step) => {
      for (let tries = 0, y = from; tries < 6; tries += 1, y += step) {
        const turn = at(y);
        if (turn) return Number(turn.dataset.place);
      }
      return null;
    };
    const first = seen(box.top + 12, 12) ?? 0;
    return [first, seen(box.bottom - 6, -12) ?? Math.max(first, this.turns.length - 1)];
  }

  drawMap() {
    if (!this.turns.length || !this.map.clientWidth) return; // not laid out, or gone
    this.y = drawLane(this.map, this.turns, this.context.started);
    this.moveWindow();
  }

  moveWindow() {
    if (this.y.length && this.map.clientWidth) moveWindow(this.map, this.y, ...this.visible());
  }

  pressed(event) {
    const to = (y) => this.bring(turnAt(this.y, y - this.map.getBoundingClientRect().top), "start");
    const move = ({ clientY }) => to(clientY);
    event.preventDefault();
    this.map.setPointerCapture(event.pointerId);
    this.map.addEventListener("pointermove", move);
    this.map.addEventListener("lostpointercapture", () => this.map.removeEventListener("pointermove", move), { once: true });
    to(event.clientY);
  }

  /** Scroll to the turn of a place; a turn that is hidden is shown first. */
  bring(place, block = "center") {
    const node = this.node(place);
    if (!node) return null;
    if (!isMessage(this.turns[place])) this.withEvents(true);
    this.scrollTo(node, block);
    return node;
  }

  /** Scroll to a node, and once more when what came into sight has its true height; the page stays. */
  scrollTo(node, block, tries = 2) {
    const own = node.getBoundingClientRect();
    const room = this.scroller.clientHeight - own.height;
    this.scroller.scrollTop += own.top - this.scroller.getBoundingClientRect().top - (block === "start" ? MARGIN : Math.max(MARGIN, room / 2));
    if (tries) requestAnimationFrame(() => this.scrollTo(node, block, tries - 1));
  }

  /** Bring the turn of a seq, also of a result, and mark it. */
  goTo(seq) {
    const found = this.turns.find((turn) => turn.seq === seq || turn.answerSeq === seq);
    for (const marked of this.list.querySelectorAll(".is-meant")) marked.classList.remove("is-meant");
    if (found) this.bring(found.place)?.classList.add("is-meant");
  }

  withEvents(hasAll) {
    if (this.hasAll === hasAll) return;
    this.hasAll = hasAll;
    this.list.classList.toggle("only-messages", !hasAll);
    if (this.find) this.count();
    this.moveWindow();
    this.tell();
  }

  // --- Jumps ------------------------------------------------------------------------------------

  /** Go to the next turn of a kind after where one is, from the last to the first; says which. */
  jump(kind, by = 1) {
    const { is, words } = JUMPS[kind];
    const places = this.turns.filter(is).map((turn) => turn.place);
    if (!places.length) return `No ${words[1]} in this session.`;
    const from = this.at ?? this.visible()[0] - 1;
    const next = by > 0 ? places.find((place) => place > from) : places.findLast((place) => place < from);
    const to = next ?? places.at(by > 0 ? 0 : -1);
    this.flash(this.bring(to), kind === "silence" ? ".silence" : null);
    this.at = to;
    return `${words[0]} ${places.indexOf(to) + 1} of ${places.length}`;
  }

  flash(node, part) {
    const shown = part ? node.querySelector(part) : node;
    shown.classList.remove("is-found");
    void shown.offsetWidth; // so that the animation begins anew
    shown.classList.add("is-found");
  }

  // --- Search -----------------------------------------------------------------------------------

  /** Mark every match of what is typed, and go to the first one from here on. */
  search(typed) {
    const before = new Set(this.found.map((hit) => hit.place));
    this.find = pattern(typed);
    this.hit = null;
    this.count();
    for (const place of new Set([...before, ...this.found.map((hit) => hit.place)])) {
      this.put(place);
    }
    if (this.found.length) this.step(1);
    this.tell();
  }

  /** Count the matches in what is shown: a place and a number within it for each. */
  count() {
    this.found = [];
    if (!this.find) return;
    for (const turn of this.turns) {
      if (!this.hasAll && !isMessage(turn)) continue;
      const of = count(turn, this.find);
      for (let nth = 0; nth < of; nth += 1) this.found.push({ place: turn.place, nth });
    }
  }

  /** Go to the next match, or the one before; round the ends. */
  step(by) {
    if (!this.found.length) return;
    const first = this.visible()[0];
    if (this.hit === null) this.hit = Math.max(0, this.found.findIndex((hit) => hit.place >= first));
    else this.hit = (this.hit + by + this.found.length) % this.found.length;
    const { place, nth } = this.found[this.hit];
    const node = this.bring(place);
    const folded = node.querySelector("details:not([open])");
    if (folded && nth >= hits(searched(this.turns[place])[0], this.find)) {
      folded.open = true;
      folded.fill();
    }
    for (const old of this.list.querySelectorAll("mark.here")) old.classList.remove("here");
    node.querySelectorAll("mark")[nth]?.classList.add("here");
    this.at = place;
    this.tell();
  }
}

/** The shell of a transcript: nodes that it fills by itself. */
export const shell = (isEmpty) => [
  h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Transcript" },
    isEmpty ? h("div", { class: "box", "data-key": "nothing" }, h("div", { class: "disc" }, icon("chat_bubble")), h("p", {}, "Nothing was said in this session.")) : null,
    h("div", { class: "transcript", "data-key": "turns", "data-own": true })),
  lane(isEmpty)];

/** The address of the present view with the report zone in it, so that it means the same anywhere. */
export function shareable(zone) {
  const url = changed({});
  if (!url.searchParams.has("tz")) url.searchParams.set("tz", zone);
  return url.href;
}
