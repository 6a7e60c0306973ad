// The one clock: asks for the name of the newest data and has the page run again when it changed, or
// the theme.
// It rests while nobody looks, and pauses when nobody has looked for long.
import { draw, h, icon, pulse, style } from "./prelude.js";
import { absolute, passed } from "./times.js";

const sheet = await style("clock");
const WISH = "parley:notify"; // whether this browser's owner wants to be told
const SIGNS = ["pointermove", "pointerdown", "keydown", "scroll", "visibilitychange"]; // of somebody there

const isWished = () => "Notification" in window && Notification.permission === "granted" && localStorage.getItem(WISH) === "yes";
const RESTS = 1; // times as long as a run took it rests before the next: a busy server is asked less

const nowOf = (state) => state.data.now + (performance.now() - state.since);

function words(state) {
  if (state.isLost) return "Offline";
  if (state.isPaused) return "Paused";
  return `Updated ${passed(nowOf(state) - state.shown)}`;
}

function paint(component, state) {
  const isQuiet = !state.data.is_on || state.isLost || state.isPaused;
  const title = state.isLost ? "The server does not answer." : `Updated ${absolute(state.shown)}`;
  draw(component, [sheet], h("div", { class: "updated" }, pulse(isQuiet),
    h("span", { class: "num words", title }, words(state)),
    state.isPaused ? h("button", { class: "tool", type: "button", "data-key": "resume", "data-do": "resume" }, "Resume") : null,
    state.fresh ? h("span", { class: "fresh num", "data-key": "fresh" }, `${state.fresh.toLocaleString("en")} new`) : null,
    "Notification" in window ? h("button", { class: "tool", type: "button", "data-key": "bell", "data-do": "notify", "aria-pressed": String(isWished()), "aria-label": "Notify me while this tab is hidden", title: "Notify me while this tab is hidden" },
      icon(isWished() ? "notifications_active" : "notifications")) : null,
    h("button", { class: "tool", type: "button", "data-key": "help", "data-do": "help", "aria-label": "Keyboard shortcuts", title: "Keyboard shortcuts (?)" }, icon("keyboard"))));
}

async function ask(component, state) {
  const isHidden = document.visibilityState !== "visible";
  if (!state.data.is_on || (isHidden && !isWished())) return;
  if (!isHidden && performance.now() - state.seen > state.data.idle_ms) state.isPaused = true;
  if (state.isPaused) {
    paint(component, state);
    return;
  }
  try {
    const answer = await fetch(new URL("./api/v1/snapshot", document.baseURI), { cache: "no-cache" });
    if (!answer.ok) return;
    const { name } = await answer.json();
    state.isLost = false;
    if (name !== state.data.name && name !== state.asked) {
      if (performance.now() < state.restsUntil) return;
      state.asked = name;
      state.begunAt = performance.now();
      component.setTriggerValue("changed", name);
      return;
    }
    state.shown = nowOf(state);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when the network is away
    state.isLost = true;
  }
  paint(component, state);
}

/** Have the page run once where its theme is no longer that of the run: each has a logo of its own. */
function followTheme(state) {
  const { colorScheme } = getComputedStyle(document.querySelector(".stApp"));
  if (colorScheme === state.data.theme || colorScheme === state.themed) return;
  state.themed = colorScheme;
  state.component.setTriggerValue("changed", colorScheme);
}

/** Every second: count on, without asking anybody; every few of them: ask. */
function beat(state) {
  followTheme(state);
  const span = state.root.querySelector(".words");
  if (span) span.textContent = words(state);
  document.dispatchEvent(new CustomEvent("parley:now", { detail: { now: nowOf(state) } }));
  const every = document.visibilityState === "visible" ? state.data.every_ms : state.data.hidden_ms;
  if (performance.now() - state.askedAt < every - 500) return;
  state.askedAt = performance.now();
  ask(state.component, state);
}

async function press({ target }, state) {
  const what = target.closest("[data-do]")?.dataset.do;
  if (what === "help") document.dispatchEvent(new CustomEvent("parley:help"));
  if (what === "notify") {
    const isOn = !isWished() && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(WISH, isOn ? "yes" : "no");
    paint(state.component, state);
  }
}

function start(state) {
  state.seen = state.askedAt = performance.now();
  state.timer = setInterval(() => beat(state), 1000);
  state.onSign = (event) => {
    state.seen = performance.now();
    const isBack = event.type === "visibilitychange" && document.visibilityState === "visible";
    if (!state.isPaused && !isBack) return;
    state.isPaused = false;
    ask(state.component, state);
  };
  for (const sign of SIGNS) document.addEventListener(sign, state.onSign, { capture: true, passive: true });
  state.onFresh = ({ detail }) => {
    state.fresh = detail.count;
    document.title = `${detail.count ? `(${detail.count}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
    paint(state.component, state);
  };
  document.addEventListener("parley:fresh", state.onFresh);
}

function stop(state) {
  clearInterval(state.timer);
  for (const sign of SIGNS) document.removeEventListener(sign, state.onSign, { capture: true });
  document.removeEventListener("parley:fresh", state.onFresh);
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= {});
  if (state.data?.run !== data.run) {
    const now = performance.now();
    const took = state.begunAt ? now - state.begunAt : 0;
    Object.assign(state, { since: now, shown: data.now, isLost: false, begunAt: 0, restsUntil: now + Math.min(RESTS * took, data.every_ms * 5) });
  }
  Object.assign(state, { data, component });
  if (!state.timer) start(state);
  paint(component, state);
  state.root = parentElement.querySelector(".root");
  state.root.onclick = (event) => press(event, state);
  return () => {
    stop(state);
    delete parentElement.parley;
  };
}
