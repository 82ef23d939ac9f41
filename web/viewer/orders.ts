// The less frequent acts of who holds a case. Each saves the draft first, and the page shows the case as it is afterwards.
import { Problem, press, send } from "../shell/api";
import { second } from "../shell/clock";
import type { Deferred, Eligible, ExtraWork, Slide } from "../shell/wire";
import { time } from "../shell/words";
import { type Ask, askedWords, workAskedWords, workEndedWords } from "./orderwords";
import { claim, isLost, loaded, refresh, said, savedAll } from "./reading";

/** Gives the case to `to`; it leaves this page with its draft. */
export async function handOver(to: Eligible, reason: string): Promise<void> {
  const number = loaded.value?.number ?? "";
  const done = await act("hand-over", { to: to.pathologist, reason });
  if (!done) return;
  claim.value = { kind: "handed", to: to.name, number };
  said.value = null;
  await again();
}

export interface Question { ask: Ask; to: Eligible | null; specialty: string; waits: boolean; opinions: number; question: string }

/** Asks for further readings of the case. */
export async function askColleague({ ask, to, specialty, waits, opinions, question }: Question): Promise<void> {
  const own = ask === "consult" ? { specialty, before_release: waits } : ask === "panel" ? { opinions } : {};
  if (await act("ask", { ask, to: to?.pathologist ?? null, question, ...own })) await tell(askedWords(ask, specialty, waits, opinions, to?.name));
}

/** Orders one more slide of `block` for each stain. */
export async function orderWork(block: string, recut: boolean, stains: string[], reason: string): Promise<void> {
  if (await act("extra-work", { block, recut, stains, reason })) await tell(workAskedWords(block, stains));
}

/** Says that extra work is not waited for any more, and why. */
export async function endWork(work: ExtraWork, noTissue: boolean, reason: string): Promise<void> {
  await mustSave();
  await send<void>("POST", `/extra-work/${work.id}/end`, { no_tissue_left: noTissue, reason });
  await tell(workEndedWords(work, noTissue));
}

/** Defers a slide to its glass: it is read under the microscope before the case is signed. */
export async function deferToGlass({ id, name }: Slide, reason: string): Promise<void> {
  if (!await act("defer-to-glass", { slide: id, reason })) return;
  await tell({ title: `${name} is deferred to its glass.`, text: "Read it under the microscope and say so here, then sign." });
}

/** Says that the glass was read; one that does not wait for it was read already. */
export async function glassRead({ slide, name }: Deferred): Promise<void> {
  try {
    if (!await act("glass-read", { slide })) return;
  } catch (cause) {
    if (!(cause instanceof Problem) || cause.status !== 404) throw cause;
  }
  await tell({ title: `${name} was read on glass at ${time(second.peek())}.`, text: "The report will name it." });
}

/** Does one act under the claim; null, and the page knows, when the claim is gone. */
async function act<T>(verb: string, body: Record<string, unknown>): Promise<{ answer: T } | null> {
  await mustSave();
  const held = claim.value;
  if (held.kind !== "mine") return null;
  try {
    return { answer: await press<T>(`/claims/${held.id}/${verb}`, { fence: held.fence, ...body }) };
  } catch (cause) {
    if (isLost(cause)) return null;
    throw cause;
  }
}

async function mustSave(): Promise<void> {
  if (await savedAll()) return;
  throw new Problem(0, { title: "Your draft is not saved yet", detail: "It is kept on this page. Try again when the server answers." });
}

/** Says what was done, once the page shows it. */
async function tell(words: { title: string; text: string }): Promise<void> {
  await again();
  said.value = { mark: "good", ...words };
}

/** Reads the case anew; what changed by one's own act is no news. */
async function again(): Promise<void> { if (loaded.value) await refresh(loaded.value.id, "own"); }
