// Wording of when nobody on the rota may read a specialty. Pure.
import { date, someOf, time } from "../shell/words";

export interface Gap { specialty: string; from: string; to: string }
export interface Uncovered { specialty: string; when: string }

/** Hours ahead that are asked for. */
export const AHEAD_HOURS = 7 * 24;
const HOUR = 3_600_000, SHOWN = 3;
/** What begins as the page asks begins now. */
const JUST_MS = 120_000;

/** One line a specialty by its name, the first to come first. */
export function uncovered(gaps: Gap[], nameOf: (key: string) => string, now: number): Uncovered[] {
  const first = [...gaps].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const names = [...new Set(first.map(({ specialty }) => specialty))];
  return names.map((specialty) => {
    const mine = first.filter((gap) => gap.specialty === specialty);
    return { specialty: nameOf(specialty), when: someOf(mine.map((gap) => span(gap, now)), SHOWN) };
  });
}

/** True when the rota covers nothing at all: then it is more likely not recorded than empty. */
export function nothingRecorded(gaps: Gap[], now: number): boolean {
  return gaps.length > 0 && gaps.every((gap) => isWhole(gap, now));
}

/** "Thu 26 Nov 14:00 to 18:00", "Thu 26 Nov 14:00 to Fri 27 Nov 08:00", "now to 18:00", "the whole week". */
export function span(gap: Gap, now: number): string {
  if (isWhole(gap, now)) return "the whole week";
  const [from, to] = [Date.parse(gap.from), Date.parse(gap.to)];
  const begins = from <= now + JUST_MS ? "now" : `${date(from, now)} ${time(from)}`;
  const sameDay = new Date(Math.max(from, now)).toDateString() === new Date(to).toDateString();
  return `${begins} to ${sameDay ? time(to) : `${date(to, now)} ${time(to)}`}`;
}

function isWhole({ from, to }: Gap, now: number): boolean {
  return Date.parse(from) <= now + JUST_MS && Date.parse(to) >= now + (AHEAD_HOURS - 1) * HOUR;
}
