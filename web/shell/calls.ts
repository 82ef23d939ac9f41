// What calls for this pathologist on every page: asked at the start, after a change, and when an offer has run out.
//
//   change ── gathered, 2 s apart ──▶ asked ──▶ shown ── taken, declined or gone ──▶ asked again
import { computed, signal } from "@preact/signals";
import { Problem, read, sayNo, send } from "./api";
import { callsOf, nextEnd, refusedWords } from "./callwords";
import { takeThis } from "./claims";
import { learn, second } from "./clock";
import { gathered } from "./gathered";
import { mayLeave } from "./leaving";
import { go } from "./router";
import type { Called, Claim, Offer, Urgent } from "./wire";

const TOLD_MS = 12_000, LATE_MS = 300;
/** Kept with the claim as the reason for which it was taken out of order. */
const REASON = "immediate, called on screen";

const urgent = signal<Urgent | null>(null);
export const calls = computed(() => callsOf(urgent.value, second.value));
/** What came of the last press when it was not a case; it goes by itself. */
export const told = signal<string | null>(null);

/** True when this server has no such door. */
let missing = false;
let endTimer = 0, toldTimer = 0;

const { soon } = gathered({
  kinds: ["worklist"],
  async ask(still) {
    if (missing) return;
    try {
      const found = await read<Urgent | undefined>("/worklist/urgent");
      if (!still()) return;
      learn(found?.now);
      show(found ?? null);
    } catch (cause) {
      if (cause instanceof Problem && (cause.status === 404 || cause.status === 403)) { missing = cause.status === 404; show(null); }
      // Otherwise what is shown may be old; the next change asks again.
    }
  },
  forget() {
    missing = false;
    told.value = null;
    show(null);
  },
});

function show(found: Urgent | null): void {
  urgent.value = found;
  clearTimeout(endTimer);
  const end = nextEnd(found, second.peek());
  if (end !== null) endTimer = window.setTimeout(() => soon(), end - second.peek() + LATE_MS);
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
