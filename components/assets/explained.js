// How a number is counted: in words, as SQL, over what; asked of the server when the box is opened.
import { copyButton } from "./download.js";
import { count, sessions, told } from "./numbers.js";
import { h, icon, link } from "./prelude.js";
import { absolute } from "./times.js";

const fact = (label, text) => (text === null || text === undefined ? null : [h("dt", {}, label), h("dd", { class: "num" }, text)]);

function valued({ value, low, high, unit, is_near: isNear }) {
  if (!unit) return null;
  return told(value, unit, isNear) + (low === null ? "" : `, 95% between ${told(low, unit)} and ${told(high, unit)}`);
}

/** What stands behind a number: nodes; the server is asked for it when its box opens. */
export function explained(found) {
  if (!found) return h("p", { class: "muted", role: "status" }, "Asking…");
  if (found.is_missing) return h("p", { role: "status" }, "The explanation could not be loaded. Close this box and open it again.");
  const bound = found.parameters.map(([name, text]) => `$${name} = ${text}`).join("\n");
  return [
    h("h3", {}, found.title), h("p", {}, found.definition),
    h("pre", { class: "mono", tabindex: "0", role: "region", "aria-label": "SQL" }, found.sql),
    bound ? h("pre", { class: "mono", tabindex: "0", role: "region", "aria-label": "Parameters" }, bound) : null,
    h("dl", {}, fact("Value", valued(found)), fact("n", found.n === null ? null : found.count === found.n ? sessions(found.n) : `${count(found.count)} of ${sessions(found.n)}`), fact("Period", `${found.period}, ${found.zone}`), fact("As of", absolute(found.as_of)), fact("Source", found.reason)),
    h("div", { class: "copies" },
      found.show && found.count ? link(found.show, { push: true, path: "", class: "way" }, icon("arrow_forward", "small"), `Show the ${count(found.count)}`) : null,
      found.metric ? link({ metric: [found.metric], alert: [] }, { push: true, path: "alerts", class: "way" }, icon("notifications", "small"), "Make an alert of this") : null,
      copyButton("SQL", bound ? `${found.sql}\n\n${bound.replaceAll(/^/gm, "-- ")}` : found.sql, { "aria-label": "Copy SQL" }))];
}

/** Ask the server what stands behind the figure, unless it has said so of these very numbers. */
export function ask({ component, data, explained: known }) {
  if (known?.stamp !== data.stamp || known.found.is_missing) component.setTriggerValue("explain", true);
}

/** Keep what the server has said. What it said of other numbers is forgotten, where the box is shut;
 * where it is open it stays until it is said anew. */
export function follow(state) {
  const { stamp, explained: said } = state.data;
  if (said) state.explained = { stamp, found: said };
  else if (state.explained && state.explained.stamp !== stamp && state.asked !== stamp) {
    if (state.open === "explain") ask(state);
    else state.explained = null;
    state.asked = stamp;
  }
}
