// What calls for this pathologist on every page: asked at the start, after a change, and when an offer has run out.
//
//   change ── gathered, 2 s apart ──▶ asked ──▶ shown ── taken, declined or gone ──▶ asked again
import { computed, effect, signal } from "@preact/signals";
import { Problem, read, sayNo, send } from "./api";
import { callsOf, nextEnd, refusedWords, waitBefore } from "./callwords";
import { takeThis } from "./claims";
import { learn, second } from "./clock";
import { mayLeave } from "./leaving";
import { onChange } from "./live";
import { go } from "./router";
import { session } from "./session";
import type { Called, Claim, Offer, Urgent } from "./wire";

const TOLD_MS = 12_000, LATE_MS = 300;
/** Kept with the claim as the reason for which it was taken out of order. */
const REASON = "immediate, called on screen";

const urgent = signal<Urgent | null>(null);
export const calls = computed(() => callsOf(urgent.value, second.value));
/** What came of the last press when it was not a case; it goes by itself. */
export const told = signal<string | null>(null);

const who = computed(() => session.value?.pathologist?.id ?? null);
let lastAsked = 0, turn = 0, timer = 0, endTimer = 0, toldTimer = 0;
/** True when this server has no such door. */
let missing = false;

function soon(): void {
  if (timer !== 0 || missing || who.value === null) return;
  timer = window.setTimeout(() => { timer = 0; void ask(); }, waitBefore(lastAsked, Date.now()));
}

async function ask(): Promise<void> {
  const mine = ++turn;
  lastAsked = Date.now();
  try {
    const found = await read<Urgent | undefined>("/worklist/urgent");
    if (mine !== turn) return;
    learn(found?.now);
    show(found ?? null);
  } catch (cause) {
    if (cause instanceof Problem && (cause.status === 404 || cause.status === 403)) { missing = cause.status === 404; show(null); }
    // Otherwise what is shown may be old; the next change asks again.
  }
}

function show(found: Urgent | null): void {
  urgent.value = found;
  clearTimeout(endTimer);
  const end = nextEnd(found, second.peek());
  if (end !== null) endTimer = window.setTimeout(soon, end - second.peek() + LATE_MS);
}

/** Takes an immediate case and opens it. */
export function take(called: Called): Promise<void> {
  return leaveFor(called.number, async () => takeThis(called.reading, REASON));
}

/** Accepts an offer and opens it. */
export function accept(offer: Pick<Offer, "claim" | "fence" | "number">): Promise<void> {
  return leaveFor(offer.number, () => send<Claim>("POST", `/claims/${offer.claim}/accept`, { fence: offer.fence }));
}

/** Gives an offer back; the reason is kept. */
export async function decline(offer: Pick<Offer, "claim" | "fence">, reason: string): Promise<void> {
  await send<void>("POST", `/claims/${offer.claim}/decline`, { fence: offer.fence, reason });
  soon();
}

/** Opens what `get` claims; the draft of the case on the screen is saved first, and that case stays theirs. */
async function leaveFor(number: string, get: () => Promise<Claim>): Promise<void> {
  if (!await mayLeave()) return tell(`Your draft is not saved yet, so ${number} was not taken. Try again when the server answers.`);
  try {
    const claim = await get();
    told.value = null;
    go(`/read/${claim.case}`);
  } catch (cause) {
    const extra = cause instanceof Problem ? cause.extra : {};
    tell(refusedWords(number, cause instanceof Problem ? cause.code : "", extra["holder"], sayNo(cause)));
  }
  soon();
}

function tell(words: string): void {
  told.value = words;
  clearTimeout(toldTimer);
  toldTimer = window.setTimeout(() => { told.value = null; }, TOLD_MS);
}

effect(() => {
  void who.value;
  // Nothing is asked in a session that is gone, nor for somebody else.
  clearTimeout(timer);
  timer = 0;
  turn++;
  missing = false;
  told.value = null;
  show(null);
  soon();
});
onChange((change) => { if (change === null || change.kind === "worklist") soon(); });
