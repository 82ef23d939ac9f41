// Who is on the rota, day by day. Pure.
import { date, time } from "../shell/words";

export interface Shift { pathologist: string; name: string; duty: string; from: string; to: string; away: boolean }
/** A shift in its day; `away`: they take no new case in it, for an absence that is or comes. */
export interface Told { text: string; away: boolean }
export interface Rostered { id: string; name: string; days: Told[][] }

/** Days shown, today the first: the week from now ends within the eighth. */
export const DAYS = 8;
const DAY_MS = 86_400_000;

/** The midnights that the days begin with, and the one after the last. */
export function midnights(now: number): number[] {
  const today = new Date(now);
  return Array.from({ length: DAYS + 1 }, (_, n) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + n).getTime());
}

/** A line a person, in the order given; each shift on the day it begins, one that goes on already on the first. */
export function rostered(shifts: Shift[], now: number): Rostered[] {
  const days = midnights(now);
  const lines = new Map<string, Rostered>();
  for (const shift of shifts) {
    const next = days.findIndex((midnight) => midnight > Date.parse(shift.from));
    if (next < 0 || Date.parse(shift.to) <= days[0]!) continue;
    const line = lines.get(shift.pathologist) ?? { id: shift.pathologist, name: shift.name, days: Array.from({ length: DAYS }, () => []) };
    lines.set(shift.pathologist, line);
    line.days[Math.max(0, next - 1)]!.push({ text: shiftWords(shift, now), away: shift.away });
  }
  return [...lines.values()];
}

/** "08:00–17:00", "on call 17:00–08:00", "to 08:00" of what began before today, "08:00 to Mon 30 Nov 08:00" of what lasts for days. */
export function shiftWords(shift: Shift, now: number): string {
  const [from, to, today] = [Date.parse(shift.from), Date.parse(shift.to), midnights(now)[0]!];
  const ends = to - Math.max(from, today) > DAY_MS ? `${date(to, now)} ${time(to)}` : time(to);
  const long = to - from > DAY_MS;
  const hours = from < today ? `to ${ends}` : `${time(from)}${long ? " to " : "–"}${ends}`;
  return shift.duty === "on_call" ? `on call ${hours}` : hours;
}
