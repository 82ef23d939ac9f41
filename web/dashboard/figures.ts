// The arithmetic of the charts: hours of a day, bar heights, axis steps. Pure.
import type { Measures } from "../shell/wire";

const HOUR = 3_600_000;
export const HOURS = 24;
export interface Hour { delivered: number; published: number; signed_out: number }

/** One entry for each hour since `since` (midnight of the server's zone), zero where nothing happened. */
export function hoursOfDay(measures: Measures): Hour[] {
  const start = Date.parse(measures.since);
  const hours: Hour[] = Array.from({ length: HOURS }, () => ({ delivered: 0, published: 0, signed_out: 0 }));
  for (const each of measures.per_hour) {
    const slot = hours[Math.floor((Date.parse(each.hour) - start) / HOUR)];
    if (slot) Object.assign(slot, { delivered: each.delivered, published: each.published, signed_out: each.signed_out });
  }
  return hours;
}

/** Which hour of the day `now` stands in, as a fraction from 0 to 24. */
export function hourNow(measures: Measures): number {
  return Math.min(HOURS, Math.max(0, (Date.parse(measures.now) - Date.parse(measures.since)) / HOUR));
}

/** The axis that holds `largest`: its top and its whole steps, 3 or 4 of them. */
export function axis(largest: number): { top: number; steps: number[] } {
  const rough = Math.max(1, largest) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((s) => s * power >= rough) ?? 10) * power);
  const top = Math.max(step * 2, Math.ceil(Math.max(1, largest) / step) * step);
  return { top, steps: Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step) };
}

/** True when a scanner's last slide came in the ten minutes before `now`. */
export function lately(last: string | null, now: number): boolean {
  return last !== null && now - Date.parse(last) < 10 * 60_000;
}

/** Where each part of a stacked bar starts and how long it is, in the units of `whole`. */
export function stack(parts: number[], whole: number): { x: number; width: number }[] {
  const gap = whole * 0.006;
  let x = 0;
  return parts.map((part) => {
    const at = x;
    x += part;
    return { x: at, width: part === 0 ? 0 : Math.max(part - gap, part * 0.4) };
  });
}
