// The head of an open session: which it is, the way back, its neighbours in the list, its files.
import { draw, go, h, icon, link, style } from "./prelude.js";
import { downloads, fileAt } from "./download.js";
import { giveBack, manage, manages, tags } from "./manage.js";
import { placed } from "./popover.js";
import { absolute } from "./times.js";
import { seen } from "./words.js";

const sheet = await style("head");
const count = (number) => number.toLocaleString("en");
const step = (id) => ({ id: [id] }); // in place of the open one: one Back leads to the list

function neighbour(id, name, sign) {
  const words = [icon(sign, "small"), h("span", { class: "word" }, name)];
  const label = { "aria-label": `${name} session`, title: `${name} session (${name === "Next" ? "j" : "k"})`, "data-key": name };
  return id === null ? h("span", { class: "button off", role: "link", "aria-disabled": "true", ...label }, words) : link(step(id), { class: "button", ...label }, words);
}

function steps({ neighbours }) {
  if (!neighbours) return null;
  const { number, total, before, after } = neighbours;
  const place = number === null ? `Not among these ${count(total)}` : `${count(number)} of ${count(total)}`;
  return [neighbour(before, "Previous", "keyboard_arrow_up"), h("span", { class: "place num", role: "status" }, place), neighbour(after, "Next", "keyboard_arrow_down")];
}

function files(data) {
  const of = (format) => fileAt(`sessions/${encodeURIComponent(data.session_id)}/export`, { format });
  const head = h("div", { class: "head" }, h("b", {}, "This session"), h("span", {}, data.counts));
  return downloads("download", "Download", head, [
    { href: of("json"), icon: "data_object", label: "JSON", hint: "with events" },
    { href: of("text"), icon: "subject", label: "Text", hint: "the transcript" },
  ]);
}

const tree = ({ data, ...state }) => h("div", { class: "top" },
  h("div", { class: "names" }, h("h1", { title: data.id }, "Session ", h("bdi", {}, seen(data.short))),
    h("p", {}, h("bdi", {}, seen(data.agent)), ` on ${data.channel}`, data.started === null ? "" : `, ${absolute(data.started).slice(0, -3)}`)),
  h("nav", { "aria-label": "Sessions" },
    link({ id: [] }, { push: true, class: "button plain back", "aria-label": "All sessions" }, icon("arrow_back", "small"), h("span", { class: "word" }, "All sessions")),
    steps(data)),
  h("div", { class: "get" }, manage(data, state), files(data)),
  tags(data));

export default function show(component) {
  const { data, parentElement } = component;
  if (data.is_coming) { // as high as it will be
    draw(component, [sheet], h("div", { class: "top" }));
    return undefined;
  }
  const state = (parentElement.parley ??= { said: {} });
  if (data.by_hand.run) state.said = data.by_hand;
  Object.assign(state, { data, component, redraw: () => draw(component, [sheet], tree(state)) });
  const root = state.redraw();
  if (data.by_hand.run && data.by_hand.problem) giveBack(root, state);
  if (!state.step) {
    placed(root);
    manages(root, () => state.component, state);
    state.step = ({ detail }) => {
      const to = detail.by > 0 ? state.data.neighbours?.after : state.data.neighbours?.before;
      if (to) go(step(to));
    };
    document.addEventListener("parley:step", state.step);
  }
  return () => {
    document.removeEventListener("parley:step", state.step);
    delete parentElement.parley;
  };
}
