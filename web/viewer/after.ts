// What follows a signature: answering what came after it, adding to the report or changing it, taking it back.
import { press } from "../shell/api";
import { askIncidents } from "../shell/incidents";
import type { Case, Incident, Report } from "../shell/wire";
import { timeToSecond } from "../shell/words";
import { loaded, openCase, refresh, said, text, write } from "./reading";
import { scansOf } from "./signing";

/** An addendum adds its text; an amendment says what it changes, and how the report reads now. */
export interface Correction { amends: boolean; text: string; changes: string }
/** What is begun stays while the page does, so that the dialog can be closed to look at a slide. */
const begun = new Map<string, Correction>();

/** What was begun, else an empty addendum or the report itself to amend. */
export function begunFor({ id, text: was }: Report, amends: boolean): Correction {
  return begun.get(`${id} ${amends}`) ?? { amends, text: amends ? was : "", changes: "" };
}
export function keepBegun({ id }: Report, what: Correction): void { begun.set(`${id} ${what.amends}`, what); }

/** Forgets it when the page is left: nothing of the patient stays in memory. */
export function forgetAfter(): void {
  begun.clear();
}

/** Shows the case as it is after an answer, and says what was done. */
export async function answered(of: Case, words: { title: string; text: string }): Promise<void> {
  await Promise.all([refresh(of.id, "own"), askIncidents()]);
  said.value = { mark: "good", ...words };
}

/** Signs an addendum or an amendment over the case as it stood in `seen`; it answers what it names. */
export async function correct(seen: Case, report: Report, what: Correction, acknowledged: string[], answers: Incident[]): Promise<void> {
  const body = { ...what, text: what.text.trim(), changes: what.amends ? what.changes.trim() : "", case_revision: seen.revision, seen: scansOf(seen), acknowledged, answers: answers.map(({ incident }) => incident) };
  const done = await press<{ signed_at: string }>(`/reports/${report.id}/correct`, body);
  begun.delete(`${report.id} ${what.amends}`);
  await answered(seen, { title: `${what.amends ? "Amendment" : "Addendum"} signed at ${timeToSecond(done.signed_at)}.`, text: "It stands beside the report." });
}

/** Takes a report back before it is released. */
export async function recall(report: Report, reason: string): Promise<void> {
  await press(`/reports/${report.id}/recall`, { reason });
}

/** Shows the recalled report's case, which is this person's again, with its text in the field. */
export async function reopen(of: Case, report: Report): Promise<void> {
  await Promise.all([openCase(of.id), askIncidents()]);
  if (text.value === "" && loaded.value) write(report.text);
  said.value = { mark: "good", title: "The report is recalled.", text: "The case is yours again. Write on, then sign." };
}
