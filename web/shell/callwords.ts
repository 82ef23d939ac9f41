// What calls for this person, in words, and in which order. Pure.
import { specialtyName } from "./specialties";
import type { Called, Offer, Urgent } from "./wire";
import { duration, sentence, time, timeToSecond } from "./words";

/** One thing that calls: `key` names it, so that it is announced once. */
export type Call = { kind: "waiting"; key: string; of: Called } | { kind: "offered"; key: string; of: Offer };

/** What calls at `now`: immediate offers, immediate cases that wait as the server orders them, then other offers as they end. */
export function callsOf(urgent: Urgent | null, now: number): Call[] {
  if (!urgent) return [];
  const offers = urgent.offered.filter((offer) => Date.parse(offer.until) > now);
  const open = offers.sort((a, b) => Date.parse(a.until) - Date.parse(b.until)).map((of): Call => ({ kind: "offered", key: of.claim, of }));
  const rank = (call: Call) => (call.kind === "offered" && call.of.priority !== "immediate" ? 1 : 0);
  return [...open, ...urgent.waiting.map((of): Call => ({ kind: "waiting", key: of.reading, of }))].sort((a, b) => rank(a) - rank(b));
}

/** "Immediate case NG26-01742" or "Offered to you until 13:02:10: NG26-01742" */
export function headWords(call: Call): string {
  return call.kind === "waiting" ? `Immediate case ${call.of.number}` : `Offered to you until ${timeToSecond(call.of.until)}: ${call.of.number}`;
}

/** "Breast, Northgate, waits 42 s, due 14:05" */
export function restWords(call: Call, now: number): string {
  const where = [specialtyName(call.of.specialty), call.of.site];
  if (call.kind === "offered") where.push(sentence(call.of.priority).toLowerCase());
  else if (call.of.ready_at) where.push(`waits ${duration(now - Date.parse(call.of.ready_at))}`);
  const late = Date.parse(call.of.due_at) <= now;
  return [...where, late ? `was due ${time(call.of.due_at)}` : `due ${time(call.of.due_at)}`].join(", ");
}

/** Said once for each call, without what changes by the second. */
export function announcement(calls: Call[]): string {
  return calls.map((call) => `${headWords(call)}, ${specialtyName(call.of.specialty)}, ${call.of.site}.`).join(" ");
}

/** What is said when a press brought no case: who has it, that it ran out, else what the server said. */
export function refusedWords(number: string, code: string, holder: unknown, otherwise: string): string {
  if (code === "taken") return typeof holder === "string" ? `${number} is with ${holder}.` : `Someone took ${number} a moment ago.`;
  if (code === "claim_lost") return `The offer of ${number} has run out. It waits again.`;
  return `${number}: ${otherwise}`;
}

/** When the next offer runs out, or null: then the server is asked again. */
export function nextEnd(urgent: Urgent | null, now: number): number | null {
  const ends = (urgent?.offered ?? []).map((offer) => Date.parse(offer.until)).filter((end) => end > now);
  return ends.length > 0 ? Math.min(...ends) : null;
}

/** How long to wait before the server is asked again: changes gather for a moment, and never two questions in two seconds, or in `apart`. */
export function waitBefore(lastAsked: number, now: number, apart = APART_MS): number {
  return Math.max(GATHER_MS, lastAsked + apart - now);
}

export const GATHER_MS = 200, APART_MS = 2_000;
/** Waits are told by the second only while they are short. */
export const BY_SECOND_MS = 2 * 60_000;
