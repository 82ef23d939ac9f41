// A rota that is about to be recorded: which form it has, how much is in it, and a table to fill in. Pure.
import { count } from "../shell/words";

/** What the server takes. */
export type Rota = { csv: string } | { calendar: { pathologist: string; text: string } };

const HEADING = "pathologist,duty,from,to";
const FIRST_HOUR = 8, LAST_HOUR = 17, MONDAY = 1;

/** One person's calendar, or else a table. */
export function isCalendar(text: string): boolean { return /^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text); }

/** What is sent; null while it is not said whose calendar it is. */
export function rotaOf(text: string, whose: string): Rota | null {
  if (!isCalendar(text)) return { csv: text };
  return whose === "" ? null : { calendar: { pathologist: whose, text } };
}

/** "3 shifts in rota.csv", "2 events in ines.ics", which may repeat: read whole by the server or not at all. */
export function foundWords(name: string, text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (isCalendar(text)) return `${count(lines.filter((line) => /^BEGIN:VEVENT$/i.test(line)).length, "event")} in ${name}`;
  return `${count(Math.max(0, lines.filter(Boolean).length - 1), "shift")} in ${name}`;
}

/** A table with a line a person: the next Monday by day, in this computer's zone. By name, or by id where the name would not do in a table. */
export function toFillIn(people: { id: string; name: string }[], now: number): string {
  const day = new Date(now);
  do day.setDate(day.getDate() + 1); while (day.getDay() !== MONDAY);
  const at = (hour: number) => withOffset(new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour));
  const names = people.map(({ name }) => name);
  const called = ({ id, name }: { id: string; name: string }) => (name.includes(",") || names.indexOf(name) !== names.lastIndexOf(name) ? id : name);
  return [HEADING, ...people.map((one) => `${called(one)},reading,${at(FIRST_HOUR)},${at(LAST_HOUR)}`), ""].join("\n");
}

/** "2026-11-30T08:00:00+01:00" */
function withOffset(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const east = -at.getTimezoneOffset(), off = Math.abs(east);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:00:00${east < 0 ? "-" : "+"}${two(Math.floor(off / 60))}:${two(off % 60)}`;
}
