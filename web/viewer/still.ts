// Whether somebody is still here. A key, a pointer or a wheel counts; the heartbeat tells the server, which counts from there.
//
//   moved ── heartbeat "active" ──▶ told ── 15 min without ──▶ asked "Still reading?" ── any movement ──▶ moved
//                                                                └── 2 min without an answer: the server takes the claim back
import { computed, signal } from "@preact/signals";
import { second } from "../shell/clock";

/** The server's own times unless its routing says otherwise; the server decides, these only choose when to ask. */
export const ASK_MS = 15 * 60_000, ANSWER_MS = 2 * 60_000;

/** When the server last heard that somebody moved, in server time. */
export const toldAt = signal(second.peek());
/** True while the page asks "Still reading?". */
export const asking = computed(() => second.value - toldAt.value >= ASK_MS);

let moved = true;

/** What the next heartbeat says; `false` when nobody moved since the last one that arrived. */
export function hasMoved(): boolean { return moved; }

/** A heartbeat with this `active` has arrived: from now on only new movement counts. */
export function told(active: boolean): void {
  if (!active) return;
  moved = false;
  toldAt.value = second.peek();
}

/** Notes each movement on the page; one that answers the question is told by `answer` at once. Returns how to stop. */
export function watch(answer: () => void): () => void {
  const note = () => {
    moved = true;
    if (asking.peek()) answer();
  };
  moved = true;
  toldAt.value = second.peek();
  const ways = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
  for (const way of ways) addEventListener(way, note, { capture: true, passive: true });
  return () => { for (const way of ways) removeEventListener(way, note, { capture: true }); };
}
