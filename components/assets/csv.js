// A table as a CSV file (RFC 4180, UTF-8) that a spreadsheet takes for no formula, made in the
// browser of what it has already: nothing is asked for, nothing is kept.

// What the export of sessions escapes too (exports/formats/csv.py).
const FORMULA = /^[\s\x00-\x20\ufeff\u00a0'"]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/;
const BOM = "\ufeff";

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a file; rows are lists of texts and numbers. */
export const csv = (rows) => BOM + rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");

/** Have the browser save a text as a file. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
}
