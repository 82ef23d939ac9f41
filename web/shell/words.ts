// Wording of times, durations, dates and counts: two units at most, 24 hours, sentence case. Pure.
import type { Mark } from "./wire";

const SECOND = 1_000, MINUTE = 60_000, HOUR = 3_600_000, DAY = 86_400_000;
const SOON = 4 * HOUR;
const LOCALE = "en-GB";

/** "2 d 04 h", "1 h 18 min", "25 min", "58 s". Negative lengths read as zero. */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length >= DAY) return `${Math.floor(length / DAY)} d ${two(Math.floor((length % DAY) / HOUR))} h`;
  if (length >= HOUR) return `${Math.floor(length / HOUR)} h ${two(Math.floor((length % HOUR) / MINUTE))} min`;
  if (length >= MINUTE) return `${Math.floor(length / MINUTE)} min`;
  return `${Math.floor(length / SECOND)} s`;
}

/** How a due time reads in a row: late with a square, soon with a triangle, else today's time or the date. */
export function due(dueAt: string | null, now: number): { mark: Mark | null; text: string } {
  if (dueAt === null) return { mark: null, text: "no due date: ask the lab" };
  const left = Date.parse(dueAt) - now;
  if (left <= 0) return { mark: "bad", text: `${duration(Math.max(MINUTE, -left))} late` };
  if (left < SOON) return { mark: "warn", text: `in ${duration(Math.max(MINUTE, left))}` };
  if (sameDay(Date.parse(dueAt), now)) return { mark: null, text: `today ${time(dueAt)}` };
  return { mark: null, text: date(dueAt, now) };
}

/** "Due in 1 h 18 min, at 11:00"; "25 min late, was due 09:17". */
export function dueLong(dueAt: string | null, now: number): { mark: Mark | null; text: string } {
  const short = due(dueAt, now);
  if (dueAt === null) return { mark: null, text: "No due date: ask the lab" };
  if (short.mark === "bad") return { mark: "bad", text: `${short.text}, was due ${moment(dueAt, now)}` };
  if (short.mark === "warn") return { mark: "warn", text: `Due ${short.text}, at ${time(dueAt)}` };
  return { mark: null, text: `Due ${moment(dueAt, now)}` };
}

/** "09:42" */
export function time(at: string | number): string {
  return new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** "09:42:10", only for what was saved and what is live. */
export function timeToSecond(at: string | number): string {
  const form = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(LOCALE, form).format(new Date(at));
}

/** "Tue 17 Nov", with the year when it is not this year. */
export function date(at: string | number, now: number): string {
  const day = new Date(at);
  const parts = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", year: "numeric" })
    .formatToParts(day);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  const plain = `${part("weekday")} ${part("day")} ${part("month")}`;
  return day.getFullYear() === new Date(now).getFullYear() ? plain : `${plain} ${part("year")}`;
}

/** "today 09:17", else "Mon 16 Nov 10:05". */
export function moment(at: string, now: number): string {
  return `${sameDay(Date.parse(at), now) ? "today" : date(at, now)} ${time(at)}`;
}

/** How long something is held: "10:38" today, "Wed 25 Nov 10:38" on another day. */
export function until(at: string | number, now: number): string {
  return sameDay(new Date(at).getTime(), now) ? time(at) : `${date(at, now)} ${time(at)}`;
}

/** "first", "second", "third", then "4th", "11th", "22nd". */
export function ordinal(n: number): string {
  const spoken = ["first", "second", "third"][n - 1];
  if (spoken) return spoken;
  const ending = n % 100 >= 11 && n % 100 <= 13 ? undefined : ["st", "nd", "rd"][(n % 10) - 1];
  return `${n}${ending ?? "th"}`;
}

/** One phrase of several that were joined by commas: "Skin, nose, Shave" reads "Skin, nose, shave". Abbreviations keep their capitals. */
export function phrase(text: string): string {
  return text.replace(/, (\p{Lu})(?=\p{Ll})/gu, (_, letter: string) => `, ${letter.toLowerCase()}`);
}

/** "14 Mar 1961 (65 y)"; the age counts whole years on the server's day. */
export function born(on: string | null, now: number): string {
  if (!on) return "Not known";
  const [year = 0, month = 1, day = 1] = on.split("-").map(Number);
  const text = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })
    .format(Date.UTC(year, month - 1, day));
  const today = new Date(now);
  const before = today.getMonth() + 1 < month || (today.getMonth() + 1 === month && today.getDate() < day);
  return `${text} (${today.getFullYear() - year - (before ? 1 : 0)} y)`;
}

/** "1 slide", "3 slides", "1,200 slides". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${thousands(n)} ${n === 1 ? one : many}`;
}

/** "1,200" */
export function thousands(n: number): string {
  return new Intl.NumberFormat(LOCALE).format(n);
}

/** Two names and "and 3 more", so that a line stays a line. */
export function someOf(names: string[], shown = 4): string {
  if (names.length <= shown) return names.join(", ");
  return `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}

/** First letter up, for words of the contract that start a sentence or stand alone. */
export function sentence(word: string | null | undefined): string {
  if (!word) return "Not known";
  const plain = word.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function two(n: number): string { return String(n).padStart(2, "0"); }
