// A question to the server that many changes lead to: gathered, asked at most so often, for one pathologist after the other.
//
//   change ── gathered ──▶ asked ──▶ shown, unless somebody else reads by then or it was asked again
import { computed, effect } from "@preact/signals";
import { waitBefore } from "./callwords";
import { onChange } from "./live";
import { session } from "./session";

export interface Question {
  /** Puts it; `still` is false once the answer is of nobody's interest. */
  ask: (still: () => boolean) => Promise<void>;
  /** Somebody else reads: what was shown goes. */
  forget: () => void;
  /** Kinds of change that lead to it. */
  kinds: string[];
  /** Not asked oftener, in milliseconds. */
  apart?: number;
}

/** Asks from now on; `soon` and `now` lead to it like a change. Nothing is asked in a session that is gone, nor for who reads no cases. */
export function gathered({ ask, forget, kinds, apart }: Question): { soon: () => void; now: () => Promise<void> } {
  const who = computed(() => session.value?.pathologist?.id ?? null);
  let lastAsked = 0, turn = 0, timer = 0;
  const now = async () => {
    if (who.value === null) return;
    const mine = ++turn;
    lastAsked = Date.now();
    await ask(() => mine === turn);
  };
  const soon = () => {
    if (timer !== 0 || who.value === null) return;
    timer = window.setTimeout(() => { timer = 0; void now(); }, waitBefore(lastAsked, Date.now(), apart));
  };
  effect(() => {
    void who.value;
    clearTimeout(timer);
    timer = lastAsked = 0;
    turn++;
    forget();
    soon();
  });
  onChange((change) => { if (change === null || kinds.includes(change.kind)) soon(); });
  return { soon, now };
}
