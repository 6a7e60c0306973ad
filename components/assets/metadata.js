// A filter on a pair of metadata: key, how it compares, value; written as the clauses of the API.
import { h } from "./prelude.js";

const WAYS = [["=", "is"], ["!=", "is not"], ["contains", "contains"], ["exists", "exists"], ["missing", "is missing"], [">", "is above"], ["<", "is below"]];
const WORDS = ["exists", "missing"]; // no value follows
// What every reader of clauses takes as it is; any other key is a JSON string.
const BARE = /^[A-Za-z0-9_.:/-]+$/;

/** The text of a clause, as queries/clauses.py reads it. */
export function clause(key, way, value) {
  const named = BARE.test(key) ? key : JSON.stringify(key);
  const told = /^["=]/.test(value) ? JSON.stringify(value) : value;
  if (WORDS.includes(way)) return `${named} ${way}`;
  return way === "contains" ? `${named} contains ${told}` : `${named}${way}${told}`;
}

/** The fields; suggestions are [[key, values]]. */
export function pairForm(prefix, suggestions) {
  return h("div", { class: "pair", "data-pair": true },
    h("label", { for: `${prefix}-key` }, "Key"),
    h("input", { class: "field", id: `${prefix}-key`, "data-part": "key", list: `${prefix}-keys`, autocomplete: "off", maxlength: 512 }),
    h("datalist", { id: `${prefix}-keys` }, suggestions.map(([key]) => h("option", { value: key }))),
    h("label", { for: `${prefix}-way` }, "Compare"),
    h("select", { class: "field", id: `${prefix}-way`, "data-part": "way" }, WAYS.map(([way, words]) => h("option", { value: way }, words))),
    h("label", { for: `${prefix}-value` }, "Value"),
    h("input", { class: "field", id: `${prefix}-value`, "data-part": "value", list: `${prefix}-values`, autocomplete: "off", maxlength: 512 }),
    h("datalist", { id: `${prefix}-values` }),
    h("button", { class: "button add", type: "button", "data-add": true }, "Add filter"),
    h("p", { class: "wrong", role: "alert" }));
}

const part = (form, name) => form.querySelector(`[data-part="${name}"]`);

/** Offer the values of the key that is typed. */
export function suggest(form, suggestions) {
  const found = suggestions.find(([key]) => key === part(form, "key").value);
  form.querySelector("datalist[id$=-values]").replaceChildren(...(found?.[1] ?? []).map((value) => h("option", { value })));
  part(form, "value").disabled = WORDS.includes(part(form, "way").value);
}

/** Return the clause that is filled in and empty the fields; null, with a word, where one is missing. */
export function taken(form) {
  const [key, way, value] = ["key", "way", "value"].map((name) => part(form, name).value);
  form.querySelector(".wrong").textContent = key ? "" : "A key is needed.";
  if (!key) {
    part(form, "key").focus();
    return null;
  }
  part(form, "key").value = part(form, "value").value = "";
  return clause(key, way, value);
}
