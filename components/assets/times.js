// Times as people read them, in the viewer's own zone. Moments are milliseconds since 1970.

const two = (number) => String(number).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"} ago`;

/** "14:25:22" */
export function clock(moment) {
  const at = new Date(moment);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** "just now", "4 s ago", "3 min ago" */
export function passed(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 2) return "just now";
  return seconds < 90 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

/** "22 Nov 2026 14:25:22" */
export function absolute(moment) {
  const at = new Date(moment);
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()} ${clock(moment)}`;
}

/** "5 minutes ago", as of `now`; a day begins at 23.5 hours. */
export function relative(moment, now) {
  const seconds = (now - moment) / 1000;
  if (seconds < 45) return "just now";
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return plural(minutes, "minute");
  const hours = seconds / 3600;
  if (hours < 23.5) return plural(Math.max(1, Math.round(hours)), "hour");
  const days = Math.max(1, Math.round(hours / 24));
  if (days < 60) return plural(days, "day");
  return days < 730 ? plural(Math.round(days / 30.44), "month") : plural(Math.round(days / 365.25), "year");
}

/** "6.8 min", "19 min", "1 h 40 min" */
export function duration(milliseconds) {
  const minutes = milliseconds / 60000;
  if (minutes < 9.95) return `${minutes.toFixed(1)} min`;
  if (minutes < 89.5) return `${Math.round(minutes)} min`;
  const whole = Math.round(minutes);
  return `${Math.floor(whole / 60).toLocaleString("en")} h ${whole % 60} min`;
}

/** "0:41" since the start, "1:02:05" from an hour on */
export function offset(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${milliseconds < 0 ? "−" : ""}${hours ? `${hours}:` : ""}${rest}`;
}

/** "1 min 52 s", "2 h 5 min" */
export function pause(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60).toLocaleString("en")} h ${minutes % 60} min`;
}

/** "418 ms", "2.1 s", then as a pause */
export function taken(milliseconds) {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  return milliseconds < 60000 ? `${(milliseconds / 1000).toFixed(1)} s` : pause(milliseconds);
}

/** "3 October", with the year where it is another than now's; the day in a zone. */
export function date(moment, zone, now = Date.now()) {
  const of = (at, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(at);
  const isThisYear = of(moment, { year: "numeric" }) === of(now, { year: "numeric" });
  return of(moment, { day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
}
