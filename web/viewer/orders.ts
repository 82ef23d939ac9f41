// The less frequent acts of who holds a case. Each saves the draft first; what this tab asked for is kept in it, ids and stains only.
import { computed, signal } from "@preact/signals";
import { Problem, newKey, send } from "../shell/api";
import { second } from "../shell/clock";
import { session } from "../shell/session";
import type { Colleague, Slide } from "../shell/wire";
import { time } from "../shell/words";
import { type Ask, type Asked, askedWords, slidesOfBlock, waitedOf, workAskedWords } from "./orderwords";
import { claim, isLost, loaded, refresh, said, savedAll } from "./reading";

const turned = signal(0);

/** Extra work that this person asked for in this tab and that is still waited for. */
export const waited = computed(() => (loaded.value ? waitedOf(loaded.value, kept<Asked>("work")) : []));
/** Ids of slides that this person deferred to their glass in this tab and has not read there yet. */
export const onGlass = computed<ReadonlySet<string>>(() => new Set(kept<string>("glass")));

/** Gives the case to `to`; it leaves this page with its draft. */
export async function handOver(to: Colleague, reason: string): Promise<void> {
  const number = loaded.value?.number ?? "";
  const done = await act("hand-over", { to: to.id, reason });
  if (!done) return;
  claim.value = { kind: "handed", to: to.name, number };
  said.value = null;
  await again();
}

export interface Question { ask: Ask; specialty: string; waits: boolean; opinions: number; question: string }

/** Asks for further readings of the case. */
export async function askColleague({ ask, specialty, waits, opinions, question }: Question): Promise<void> {
  const own = ask === "consult" ? { specialty, before_release: waits } : ask === "panel" ? { opinions } : {};
  if (await act("ask", { ask, question, ...own })) await tell(askedWords(ask, specialty, waits, opinions));
}

/** Orders one more slide of `block` for each stain. */
export async function orderWork(block: string, recut: boolean, stains: string[], reason: string): Promise<void> {
  const before = loaded.value ? slidesOfBlock(loaded.value, block).map(({ id }) => id) : [];
  const done = await act<{ work: string }>("extra-work", { block, recut, stains, reason });
  if (!done) return;
  keep<Asked>("work", [...kept<Asked>("work"), { work: done.answer.work, block, recut, stains, before }]);
  await tell(workAskedWords(block, stains));
}

/** Says that extra work is not waited for any more, and why. */
export async function endWork(asked: Asked, noTissue: boolean, reason: string): Promise<void> {
  await mustSave();
  await send<void>("POST", `/extra-work/${asked.work}/end`, { no_tissue_left: noTissue, reason });
  await tell({ title: noTissue ? `${asked.block} has no tissue left.` : `Extra work on ${asked.block} is cancelled.`, text: "Its slides are waived; your reason stays with them." });
  keep("work", kept<Asked>("work").filter(({ work }) => work !== asked.work));
}

/** Defers a slide to its glass: it is read under the microscope before the case is signed. */
export async function deferToGlass({ id, name }: Slide, reason: string): Promise<void> {
  if (!await act("defer-to-glass", { slide: id, reason })) return;
  deferred([id]);
  await tell({ title: `${name} is deferred to its glass.`, text: "Read it under the microscope and say so here, then sign." });
}

/** Says that the glass was read; one that does not wait for it was read already. */
export async function glassRead({ id, name }: Slide): Promise<void> {
  try {
    if (!await act("glass-read", { slide: id })) return;
  } catch (cause) {
    if (!(cause instanceof Problem) || cause.status !== 404) throw cause;
  }
  keep("glass", kept<string>("glass").filter((each) => each !== id));
  await tell({ title: `${name} was read on glass at ${time(second.peek())}.`, text: "The report will name it." });
}

/** Learns that slides wait for their glass, as when the server says so against a signature. */
export function deferred(slides: string[]): void { keep("glass", [...new Set([...kept<string>("glass"), ...slides])]); }

let unanswered: { what: string; key: string } | null = null;

/** Does one act under the claim; null, and the page knows, when the claim is gone. A press without an answer is sent again as the same press. */
async function act<T>(verb: string, body: Record<string, unknown>): Promise<{ answer: T } | null> {
  await mustSave();
  const held = claim.value;
  if (held.kind !== "mine") return null;
  const asked = { fence: held.fence, ...body };
  const what = JSON.stringify([held.id, verb, asked]);
  const key = unanswered?.what === what ? unanswered.key : newKey();
  unanswered = null;
  try {
    return { answer: await send<T>("POST", `/claims/${held.id}/${verb}`, asked, key) };
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 0) unanswered = { what, key };
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

function nameOf(what: string): string { return `${what} ${session.value?.pathologist?.id ?? ""} ${loaded.value?.id ?? ""}`; }

function kept<T>(what: "work" | "glass"): T[] {
  void turned.value;
  return JSON.parse(sessionStorage.getItem(nameOf(what)) ?? "[]") as T[];
}

function keep<T>(what: "work" | "glass", all: T[]): void {
  sessionStorage.setItem(nameOf(what), JSON.stringify(all));
  turned.value += 1;
}
