// Short messages over the page, each with the way to what it is about. They go by themselves, wait
// while somebody points at them, and reach a hidden tab's owner as a notification if that is wished.
import { changed, draw, go, h, icon, link, style } from "./prelude.js";

const sheet = await style("toasts");
const STAYS_MS = 8000;
const MOST = 3;

function remind(toast) {
  const isWished = "Notification" in window && Notification.permission === "granted" && localStorage.getItem("parley:notify") === "yes";
  if (document.visibilityState === "visible" || !isWished) return;
  const note = new Notification("Parley", { body: toast.text, tag: changed(toast.change).search });
  note.onclick = () => {
    window.focus();
    go(toast.change, true, "");
    note.close();
  };
}

export default function show(component) {
  const { data, parentElement } = component;
  const state = (parentElement.parley ??= { toasts: [], serial: 0, run: 0 });
  const paint = () => {
    const root = draw(component, [sheet], h("div", { class: "toasts", popover: "manual", role: "status", "aria-live": "polite" },
      state.toasts.map(({ key, text, change }) => h("div", { class: "toast", "data-key": key }, icon("error"),
        link(change, { push: true, path: "", class: "words" }, text),
        h("button", { type: "button", "data-close": key, "aria-label": "Close the message" }, icon("close", "small"))))));
    root.firstChild[state.toasts.length ? "showPopover" : "hidePopover"]();
    root.onclick = ({ target }) => {
      const closed = target.closest("[data-close]")?.dataset.close ?? target.closest(".toast")?.dataset.key;
      if (closed) drop(closed);
    };
  };
  const drop = (key) => {
    state.toasts = state.toasts.filter((toast) => toast.key !== key);
    paint();
  };
  const wait = (key) => setTimeout(() => {
    if (parentElement.querySelector(`[data-key="${key}"]:hover, [data-key="${key}"]:focus-within`)) wait(key);
    else drop(key);
  }, STAYS_MS);
  if (data.run && data.run !== state.run) {
    state.run = data.run;
    for (const toast of data.toasts) {
      const key = `toast-${(state.serial += 1)}`;
      state.toasts = [...state.toasts, { ...toast, key }].slice(-MOST);
      wait(key);
      remind(toast);
    }
  }
  paint();
}
