// How far down a list was left, and the way back to it. What scrolls is Streamlit's main part.
const main = () => document.querySelector('[data-testid="stMain"]');
const place = () => `parley:scroll:${new URLSearchParams(location.search)}`;

/** Remember how far down the list of the address is about to be left. */
export const remember = () => sessionStorage.setItem(place(), main()?.scrollTop ?? 0);

export const scrollUp = () => main()?.scrollTo({ top: 0 });

let held = { key: null, y: 0 }; // what was pressed in a list, and how far down it was seen
let settle = () => {};

/** Keep where a row or a hit is seen that is about to be opened. */
export const hold = (node) => { if (node) held = { key: node.dataset.key, y: node.getBoundingClientRect().top }; };

/** Forget what was pressed: another list is meant. */
export function letGo() {
  held.key = null;
  settle();
}

const SETTLED_MS = 3000; // later than that nothing comes that belongs to the list as it was left
const OWN_WAY = ["wheel", "touchstart", "pointerdown", "keydown"]; // somebody goes on

/** Scroll to where this list was left, after Back from a session: what was pressed is where it was,
 * also when what lies above it comes later. */
export function scrollBack(root) {
  settle();
  const scroller = main();
  const page = scroller?.firstElementChild;
  if (!page) return;
  const back = () => {
    const node = held.key === null ? null : root.querySelector(`[data-key="${CSS.escape(held.key)}"]`);
    if (node) scroller.scrollBy({ top: node.getBoundingClientRect().top - held.y });
    else if (Number(sessionStorage.getItem(place()))) scroller.scrollTo({ top: Number(sessionStorage.getItem(place())) });
  };
  const watch = new ResizeObserver(back); // tells at once, and again when the page gets another height
  const timer = setTimeout(() => settle(), SETTLED_MS);
  settle = () => {
    watch.disconnect();
    clearTimeout(timer);
    for (const way of OWN_WAY) document.removeEventListener(way, settle, true);
    settle = () => {};
  };
  watch.observe(page);
  for (const way of OWN_WAY) document.addEventListener(way, settle, { capture: true, passive: true });
}
