// Slices of time: their names, and which of them an axis names. Moments here are what the clocks of
// the report zone show, as if that were UTC: the server has counted them, browsers know other zones.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS_OF_WEEK = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const SHORT = 4 * DAY; // up to here an axis names hours
const two = (number) => String(number).padStart(2, "0");

function parts(shown) {
  const at = new Date(shown);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth(), day: at.getUTCDate(), weekday: DAYS_OF_WEEK[at.getUTCDay()], hour: at.getUTCHours(), minute: at.getUTCMinutes() };
}

const time = ({ hour, minute }) => `${two(hour)}:${two(minute)}`;
const dated = ({ day, month, year }) => `${day} ${MONTHS[month]} ${year}`;

/** "16 to 22 Nov 2026", "22 Nov 2026" where both are one day. */
export function days(from, to) {
  const [first, last] = [parts(from), parts(to)];
  if (dated(first) === dated(last)) return dated(last);
  if (first.year !== last.year) return `${dated(first)} to ${dated(last)}`;
  return first.month === last.month ? `${first.day} to ${dated(last)}` : `${first.day} ${MONTHS[first.month]} to ${dated(last)}`;
}

/** The end of a slice: of an hour that begins within one, of a day or a week, of a step; the first step may be shorter. */
function endOf(start, { interval, step, starts = [] }) {
  if (interval === "hour") return start + HOUR - (start % HOUR);
  if (step && start === starts[0] && starts.length > 1) return starts[1];
  return start + (step ?? { day: DAY, week: WEEK }[interval]);
}

const isWhole = ({ interval, step }) => interval === "day" || interval === "week" || step % DAY === 0;

/** "Fri 20 Nov 2026, 14:00 to 15:00", "Fri 20 Nov 2026", "16 to 22 Nov 2026"; of {interval, step}. */
export function named(start, each) {
  const [first, end] = [parts(start), endOf(start, each)];
  if (isWhole(each) && end - start > DAY) return days(start, end - 1);
  return `${first.weekday} ${dated(first)}${isWhole(each) ? "" : `, ${time(first)} to ${time(parts(end))}`}`;
}

/** Two slices and all between them: "20 Nov 2026 14:00 to 22 Nov 2026 09:00", "20 to 22 Nov 2026". */
export function spanned(from, to, each) {
  if (isWhole(each)) return days(from, endOf(to, each) - 1);
  const [first, last] = [parts(from), parts(endOf(to, each))];
  return `${dated(first)} ${time(first)} to ${dated(last)} ${time(last)}`;
}

// From fine to coarse: which slices get a word, the word, and what stands under it where it changes.
const HOURS = [1, 2, 3, 6, 12].map((every) => ({ room: 46, has: (now) => now.minute === 0 && now.hour % every === 0, word: time, under: (now) => `${now.day} ${MONTHS[now.month]}` }));
const DAYS = [1, 2, 7, 14].map((every) => ({ room: 30, every, has: (now, before) => !before || now.day !== before.day || now.month !== before.month, word: (now) => String(now.day), under: (now) => `${MONTHS[now.month]} ${now.year}` }));
const MONTHLY = [1, 2, 3, 6].map((every) => ({ room: 34, has: (now, before) => now.month % every === 0 && (!before || now.month !== before.month), word: (now) => MONTHS[now.month], under: (now) => String(now.year) }));
const YEARLY = [1, 2, 5, 10, 20, 50, 100].map((every) => ({ room: 40, has: (now, before) => now.year % every === 0 && (!before || now.year !== before.year), word: (now) => String(now.year), under: () => "" }));

/** The words of an axis over slices of a width: [{place, word, under}], as fine as there is room. */
export function words(starts, interval, width) {
  const isShort = interval !== "day" && interval !== "week" && starts.at(-1) - starts[0] <= SHORT;
  const all = starts.map(parts);
  const step = width / all.length;
  const levels = [...(isShort ? HOURS : []), ...DAYS, ...MONTHLY, ...YEARLY];
  for (const { room, every = 1, has, word, under } of levels) {
    let places = all.flatMap((now, place) => (has(now, all[place - 1]) ? [place] : []));
    places = places.filter((_, index) => index % every === 0);
    const isRoomy = places.every((place, index) => !index || (place - places[index - 1]) * step >= room);
    if (places.length && isRoomy) return places.map((place, index) => {
      const below = under(all[place]);
      return { place, word: word(all[place]), under: index && under(all[places[index - 1]]) === below ? "" : below };
    });
  }
  return [];
}
