// The transcript of a session: its turns as a list that scrolls and stays where it is read when new
// ones come, with the lane beside it.
import { changed, h, icon, link } from "./prelude.js";
import { Lane, lane } from "./minimap.js";
import { isMessage, isTurn, turnNode } from "./turns.js";

const CHUNK = 40; // turns of a list
const NEAR = 48; // pixels from the end within which somebody reads the end
const MARGIN = 12; // pixels above what one was brought to
const FRAMES = 60; // at most, in which a place is followed that moves as heights become true
const STILL = 3; // frames after which it no longer moves
const MOVING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);
const anchor = () => Number(new URLSearchParams(location.search).get("m") || NaN);

/** One transcript on the screen. `parts` are its nodes: scroller, list, map. */
export class Transcript {
  constructor(parts, hasAll, tell) {
    Object.assign(this, parts, { hasAll, tell, turns: [], signs: [], finds: [], find: null, at: null, aim: null, waiting: 0 });
    this.lane = new Lane(this.map, (place) => this.bring(this.nearest(place), "start"));
    const moved = () => { this.at = this.aim = null; };
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    for (const sign of ["wheel", "touchmove"]) this.scroller.addEventListener(sign, moved, { passive: true });
    this.scroller.addEventListener("keydown", (event) => {
      if (MOVING.has(event.key)) moved();
      this.press(event);
    });
    this.scroller.addEventListener("pointerdown", ({ target }) => { this.at = this.placeOf(target); });
    new ResizeObserver(() => this.drawLane()).observe(this.map);
  }

  /** Show the turns; those that are as they were keep their nodes. */
  show(turns, context) {
    const isNew = this.turns.length === 0;
    const wasAtEnd = isNew ? context.isLive : this.isAtEnd();
    const before = this.shown();
    const isLonger = turns.length > this.turns.length;
    this.context = { ...context, linked: (turn, look, words) => link({ m: [String(turn.seq)] }, look, words) };
    this.turns = turns;
    const signs = turns.map((turn) => JSON.stringify([turn.seq, turn.at, turn.kind, turn.text, turn.name, turn.answer, turn.answeredAt, turn.silence]));
    signs.forEach((sign, place) => { if (sign !== this.signs[place]) this.put(place); });
    for (let place = this.signs.length - 1; place >= turns.length; place -= 1) this.node(place).remove();
    this.list.querySelectorAll(".chunk:empty").forEach((chunk) => chunk.remove());
    this.signs = signs;
    if (isNew && anchor() >= 0) this.goTo(anchor());
    else if (wasAtEnd && isLonger) this.toEnd();
    else if (!isNew) this.waiting += Math.max(0, this.shown() - before);
    if (!isNew) this.drawLane(); // the first time it is drawn once it has its size
  }

  /** How many turns are shown. */
  shown() {
    return this.turns.filter((turn) => isTurn(turn) && (this.hasAll || isMessage(turn))).length;
  }

  /** The node of a place; they lie in lists of a fixed length, of which those out of sight cost nothing. */
  node(place) {
    return this.list.children[Math.floor(place / CHUNK)]?.children[place % CHUNK];
  }

  placeOf(target) {
    const turn = target.closest?.(".turn");
    return turn ? Number(turn.dataset.place) : null;
  }

  /** Draw the turn of a place anew, or for the first time. */
  put(place) {
    const old = this.node(place);
    const isOpen = Boolean(old?.querySelector("details[open]"));
    const node = turnNode(this.turns[place], { ...this.context, find: this.find, isOpen });
    this.finds[place] = this.find;
    if (old) {
      if (old.classList.contains("is-meant")) node.classList.add("is-meant");
      old.replaceWith(node);
      return;
    }
    if (place % CHUNK === 0) this.list.append(h("ol", { class: "chunk", start: place + 1 }));
    this.list.children[Math.floor(place / CHUNK)].append(node);
  }

  /** The node of a place, in which what is searched for is marked. */
  marked(place) {
    if (this.finds[place] !== this.find) this.put(place);
    return this.node(place);
  }

  /** Mark what is searched for in the turns on the screen; others are marked when they come there. */
  mark([first, last] = this.visible()) {
    for (let place = first; place <= last && place < this.turns.length; place += 1) this.marked(place);
  }

  // --- Where one is -----------------------------------------------------------------------------

  isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** Lead to the ends: by itself the browser stops where it guessed the end to be, screens before it. */
  press(event) {
    if (event.shiftKey || event.altKey || event.metaKey || !["Home", "End"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Home") return this.follow(() => { this.scroller.scrollTop = 0; });
    const isNews = this.waiting > 0;
    this.toEnd();
    if (isNews) this.tell();
  }

  toEnd() {
    this.waiting = 0;
    this.follow(() => { this.scroller.scrollTop = this.scroller.scrollHeight; });
  }

  /** Go somewhere, and again until what came into sight has its true height, which was guessed before. */
  follow(go) {
    const aim = (this.aim = {});
    const step = (frames, still) => {
      if (this.aim !== aim) return; // somebody has moved on
      const { scrollTop, scrollHeight } = this.scroller;
      go();
      const isStill = scrollTop === this.scroller.scrollTop && scrollHeight === this.scroller.scrollHeight;
      if (frames && still < STILL) requestAnimationFrame(() => step(frames - 1, isStill ? still + 1 : 0));
    };
    step(FRAMES, 0);
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
    const { top, bottom } = this.scroller.getBoundingClientRect();
    const places = [];
    for (const chunk of this.list.children) {
      const box = chunk.getBoundingClientRect();
      if (box.top >= bottom) break;
      if (box.bottom <= top) continue;
      for (const turn of chunk.children) {
        const own = turn.getBoundingClientRect();
        if (own.height && own.bottom > top + MARGIN && own.top < bottom) places.push(Number(turn.dataset.place));
      }
    }
    return [places[0] ?? 0, places.at(-1) ?? 0];
  }

  drawLane() {
    if (!this.turns.length || !this.map.clientWidth) return; // not laid out, or gone
    this.lane.draw(this.turns, this.context);
    requestAnimationFrame(() => this.moveWindow()); // when the turns on the screen have their heights
  }

  /** What is on the screen is another part. */
  moveWindow() {
    if (!this.map.clientWidth) return;
    const seen = this.visible();
    this.lane.moveWindow(...seen);
    this.mark(seen);
  }

  /** The shown turn that lies nearest to a place. */
  nearest(place) {
    if (this.hasAll) return place;
    const messages = this.turns.filter(isMessage).map((turn) => turn.place);
    return messages.reduce((best, each) => (Math.abs(each - place) < Math.abs(best - place) ? each : best), messages[0] ?? place);
  }

  /** Scroll to the turn of a place, the page stays; `part` is what of it is meant, by default all, and is shown first. */
  bring(place, block = "center", part = null) {
    const node = this.node(place);
    if (!node) return null;
    if (!part && !this.hasAll && !isMessage(this.turns[place])) this.withEvents(true);
    const meant = (part && node.querySelector(part)) ?? node;
    this.follow(() => {
      const own = meant.getBoundingClientRect();
      const room = this.scroller.clientHeight - own.height;
      this.scroller.scrollTop += own.top - this.scroller.getBoundingClientRect().top - (block === "start" ? MARGIN : Math.max(MARGIN, room / 2));
    });
    return meant;
  }

  /** Bring the turn of a seq, also of a result, and mark it. */
  goTo(seq) {
    const found = this.turns.find((turn) => turn.seq === seq || turn.answerSeq === seq);
    for (const marked of this.list.querySelectorAll(".is-meant")) marked.classList.remove("is-meant");
    if (!found) return;
    this.at = found.place;
    this.bring(found.place).classList.add("is-meant");
  }

  /** Show events or leave them out; who reads goes on where they were. */
  withEvents(hasAll) {
    if (this.hasAll === hasAll) return;
    const [first] = this.visible();
    this.hasAll = hasAll;
    this.list.classList.toggle("only-messages", !hasAll);
    if (this.turns.length) this.bring(this.nearest(first), "start", ".turn");
    this.tell();
  }
}

/** The shell of a transcript: nodes that it fills by itself; a box where there is nothing to show. */
export const shell = (hasAll, { isEmpty, isSilent }) => [
  h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Messages", "data-key": "scroller" },
    isEmpty || isSilent ? h("div", { class: "box", "data-key": "nothing" }, h("div", { class: "disc" }, icon("chat_bubble")), h("p", {}, "Nothing was said in this session.")) : null,
    h("div", { class: hasAll ? "transcript" : "transcript only-messages", "data-key": "turns", "data-own": true })),
  lane(isEmpty)];

/** The address of the present view with the report zone in it, so that it means the same anywhere. */
export function shareable(zone) {
  const url = changed({});
  if (!url.searchParams.has("tz")) url.searchParams.set("tz", zone);
  return url.href;
}
