// The one clock: asks for the name of the newest data and has the page run again when it changed.
import { draw, h, pulse } from "./prelude.js";
import { absolute, clock } from "./times.js";

const EVERY_MS = 10_000;
const STATES = new WeakMap();

function paint(component, state) {
  const now = state.data.now + (performance.now() - state.since);
  draw(component, [], h("div", { class: "updated" }, pulse(!state.data.is_on || state.isLost),
    h("span", { class: "num", title: state.isLost ? "The server does not answer." : absolute(state.shown) }, `Updated ${clock(state.shown)}`)));
  return now;
}

async function ask(component, state) {
  if (document.visibilityState !== "visible" || !state.data.is_on) return;
  try {
    const answer = await fetch(new URL("./api/v1/snapshot", document.baseURI), { cache: "no-cache" });
    if (!answer.ok) return;
    const { name } = await answer.json();
    state.isLost = false;
    if (name !== state.data.name && name !== state.asked) {
      state.asked = name;
      component.setTriggerValue("changed", name);
      return;
    }
    state.shown = state.data.now + (performance.now() - state.since);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when the network is away
    state.isLost = true;
  }
  const now = paint(component, state);
  document.dispatchEvent(new CustomEvent("parley:now", { detail: { now } }));
}

export default function show(component) {
  const { data, parentElement } = component;
  let state = STATES.get(parentElement);
  if (!state) {
    state = {};
    STATES.set(parentElement, state);
    state.timer = setInterval(() => ask(state.component, state), EVERY_MS);
    state.onShow = () => ask(state.component, state);
    document.addEventListener("visibilitychange", state.onShow);
  }
  if (state.data?.now !== data.now) Object.assign(state, { since: performance.now(), shown: data.now });
  Object.assign(state, { data, component });
  paint(component, state);
  return () => {
    clearInterval(state.timer);
    document.removeEventListener("visibilitychange", state.onShow);
    STATES.delete(parentElement);
  };
}
