// Draws the description of the API, and asks it. Texts become text nodes and attributes, never markup.
// A key that is typed here stays in this field: it is not kept, and goes into no address.

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A text of the description, in which `code` stands between backticks. */
const words = (text = "") => text.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part));

const base = new URL(".", document.baseURI);
const keyField = h("input", { id: "key", type: "password", autocomplete: "off", spellcheck: "false", placeholder: "sk_live_…" });

/** What a schema admits, in a few words. */
function kind(schema) {
  if (!schema) return "";
  if (schema.enum) return schema.enum.join(", ");
  if (schema.type === "array") return `several: ${kind(schema.items)}`;
  const bounds = [schema.minimum !== undefined ? `from ${schema.minimum}` : "", schema.maximum !== undefined ? `to ${schema.maximum}` : ""];
  return [schema.format ?? schema.type ?? "", ...bounds].filter(Boolean).join(" ");
}

const shown = (schema) => (schema?.default === undefined ? kind(schema) : `${kind(schema)}; usually ${schema.default}`);

function field(parameter, id) {
  const schema = parameter.schema ?? {};
  const attributes = { id, name: parameter.name, "data-in": parameter.in, "data-several": schema.type === "array" };
  if (schema.enum && parameter.in === "query") return h("select", attributes, h("option", { value: "" }, ""), schema.enum.map((value) => h("option", { value }, value)));
  return h("input", { ...attributes, autocomplete: "off", spellcheck: "false", placeholder: schema.type === "array" ? "several with commas" : "" });
}

function parameterRow(parameter, prefix) {
  const id = `${prefix}-${parameter.name}`;
  return h("tr", {}, h("th", { scope: "row", class: "mono" }, parameter.name, parameter.required ? " *" : ""),
    h("td", { class: "kind" }, shown(parameter.schema)), h("td", {}, words(parameter.description)),
    h("td", { class: "give" }, h("label", { class: "unseen", for: id }, parameter.name), field(parameter, id)));
}

/** The address and the headers that the fields of a form ask for. */
function asked(form, path) {
  let filled = path;
  const query = new URLSearchParams();
  const headers = {};
  for (const input of form.querySelectorAll("[data-in]")) {
    const { value, name, dataset } = input;
    if (dataset.in === "path") filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== "" && dataset.in === "header") headers[name] = value;
    else if (value !== "") query.append(name, value);
  }
  const url = new URL(`.${filled}`, base);
  url.search = query;
  return { url, headers };
}

/** What stands in the field of the body, null where there is none. */
const bodyOf = (form) => form.querySelector("[data-body]")?.value || null;

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl(form, path, method) {
  const { url, headers } = asked(form, path);
  const body = bodyOf(form);
  if (body) headers["Content-Type"] = "application/json";
  const told = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)} `);
  const key = keyField.value ? "-H 'Authorization: Bearer '\"$PARLEY_KEY\" " : ""; // the key itself is in no text to copy
  const verb = method === "get" ? "" : `-X ${method.toUpperCase()} `;
  return `curl ${verb}${key}${told.join("")}${body ? `-d ${quoted(body)} ` : ""}${quoted(url.href)}`;
}

const TOLD = ["etag", "link", "cache-control", "ratelimit-policy", "ratelimit", "retry-after"];

async function send(form, path, method, status, answer) {
  const { url, headers } = asked(form, path);
  const body = bodyOf(form);
  if (body) headers["Content-Type"] = "application/json";
  if (keyField.value) headers.Authorization = `Bearer ${keyField.value}`;
  status.textContent = "Asking…";
  const started = performance.now();
  const response = await fetch(url, { method: method.toUpperCase(), headers, body, cache: "no-store" });
  const text = await response.text();
  status.textContent = `${response.status} ${response.statusText} in ${Math.round(performance.now() - started)} ms`;
  status.className = response.status < 400 ? "good" : "bad";
  const heads = TOLD.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  answer.hidden = false;
  answer.textContent = `${heads.join("\n")}\n\n${pretty(text)}`;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A body to begin with: what a schema cannot do without. */
function sample(schema, parts) {
  const found = schema.$ref ? parts[schema.$ref.split("/").at(-1)] : schema;
  if (found.enum) return found.enum[0];
  if (found.type === "array") return found.minItems ? [sample(found.items, parts)] : [];
  if (found.type !== "object") return found.format === "date-time" ? new Date().toISOString() : "";
  return Object.fromEntries((found.required ?? []).map((name) => [name, sample(found.properties[name], parts)]));
}

function bodyField(told, parts, id) {
  const schema = told.requestBody?.content?.["application/json"]?.schema;
  if (!schema) return null;
  return [h("h3", {}, "Body"), h("label", { class: "unseen", for: `${id}-body` }, "Body"),
    h("textarea", { id: `${id}-body`, class: "mono", rows: 6, spellcheck: "false", "data-body": "" }, JSON.stringify(sample(schema, parts), null, 2))];
}

function operation([path, method, told], parts) {
  const id = told.operationId;
  const command = h("pre", {});
  const status = h("span", { role: "status" });
  const answer = h("pre", { class: "answer", hidden: true, tabindex: 0, "aria-label": "The answer" });
  const refresh = () => { command.textContent = curl(form, path, method); };
  const parameters = told.parameters ?? [];
  const form = h("form", { on: { submit: (event) => { event.preventDefault(); send(form, path, method, status, answer); }, input: refresh } },
    parameters.length ? [h("h3", {}, "Parameters"), h("table", {}, h("thead", {}, h("tr", {}, ["Name", "Values", "", "Try it"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, parameters.map((each) => parameterRow(each, id))))] : null,
    bodyField(told, parts, id),
    h("h3", {}, "Answers"), h("table", {}, h("tbody", {}, Object.entries(told.responses).map(([code, each]) => h("tr", {}, h("th", { scope: "row", class: "mono" }, code), h("td", {}, words(each.description)))))),
    h("h3", {}, "As a command"), command,
    h("div", { class: "send" }, h("button", { type: "submit" }, "Send"), status), answer);
  keyField.addEventListener("input", refresh);
  refresh();
  return h("section", { id, "aria-label": told.summary },
    h("header", {}, h("span", { class: "method" }, method.toUpperCase()), h("span", { class: "mono path" }, path), h("h2", {}, told.summary),
      h("span", { class: "badge" }, told["x-scope"] ? `scope ${told["x-scope"]}` : "no key needed")),
    h("div", {}, h("p", { class: "words" }, words(told.description)), form));
}

function groups(operations) {
  const found = new Map();
  for (const each of operations) {
    const tag = each[2].tags?.[0] ?? "other";
    found.set(tag, [...(found.get(tag) ?? []), each]);
  }
  return found;
}

function draw(description) {
  const operations = Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, told]) => [path, method, told]));
  const found = groups(operations);
  const links = [...found].map(([tag, each]) => [h("b", {}, tag), each.map(([path, method, told]) => h("a", { href: `#${told.operationId}`, class: "mono", title: told.summary }, method === "get" ? path : `${method.toUpperCase()} ${path}`))]);
  document.getElementById("page").replaceChildren(
    h("nav", { "aria-label": "Routes" }, links),
    h("div", { class: "content" },
      h("h1", {}, `${description.info.title} API`),
      h("p", { class: "muted" }, `Version ${description.info.version}, under ${base.pathname.replace(/\/$/, "")}; the same as `, h("a", { href: "openapi.json" }, "openapi.json"), ", OpenAPI ", description.openapi, "."),
      description.info.description.split("\n\n").map((text) => h("p", { class: "words" }, words(text))),
      h("div", { class: "key" }, h("label", { for: "key" }, "Your key"), keyField, h("span", { class: "muted" }, "Stays in this field.")),
      [...found.values()].flat().map((each) => operation(each, description.components.schemas))));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

const response = await fetch(new URL("./openapi.json", base));
if (response.ok) draw(await response.json());
else document.getElementById("page").replaceChildren(h("p", { class: "content" }, `The description could not be read: ${response.status} ${response.statusText}.`));
