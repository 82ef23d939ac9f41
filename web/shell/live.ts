// What changes on the server, as it happens: one event stream, reopened for ever, and a flag for being offline.
import { signal } from "@preact/signals";
import { learn } from "./clock";

export interface Change {
  kind: "worklist" | "case" | "scan" | "tray" | "measures"; case: string | null; reading: string | null;
  scan: string | null; at: string;
}

/** When the last word came from the server, in this computer's time; 0 before the first. */
export const heardAt = signal(0);
/** Since when the stream is broken, or null while it is live. */
export const offlineSince = signal<number | null>(null);

const listeners = new Set<(change: Change | null) => void>();
const FIRST_WAIT_MS = 1_000, LONGEST_WAIT_MS = 15_000, SILENCE_MS = 45_000;
let source: EventSource | null = null;
let wait = FIRST_WAIT_MS;
let timer = 0;

/** Calls `listen` for each change, and with null after a gap or when other rights hold: read again what is shown. */
export function onChange(listen: (change: Change | null) => void): () => void {
  listeners.add(listen);
  return () => { listeners.delete(listen); };
}

/** Opens the stream; safe to call again. */
export function listen(): void {
  if (source) return;
  source = new EventSource("/api/v1/changes");
  source.addEventListener("hello", (event) => {
    const gap = offlineSince.value !== null;
    learn((parse(event) as { now?: string } | null)?.now);
    heard();
    if (gap) tell(null);
  });
  source.addEventListener("change", (event) => {
    heard();
    const change = parse(event) as Change | null;
    if (change) tell(change);
  });
  // Sent when something was missed, or when what this person may see is no longer the same.
  source.addEventListener("reload", () => { heard(); tell(null); });
  source.onerror = reopen;
}

/** Closes the stream, as when nobody is signed in. */
export function deafen(): void {
  clearTimeout(timer);
  source?.close();
  source = null;
  offlineSince.value = null;
}

/** Marks the server as heard: any answer counts, not only the stream. */
export function heard(): void {
  heardAt.value = Date.now();
  offlineSince.value = null;
  wait = FIRST_WAIT_MS;
}

function reopen(): void {
  source?.close();
  source = null;
  offlineSince.value ??= Date.now();
  clearTimeout(timer);
  timer = window.setTimeout(listen, wait);
  wait = Math.min(LONGEST_WAIT_MS, wait * 2);
}

function tell(change: Change | null): void {
  for (const each of listeners) each(change);
}

function parse(event: Event): unknown {
  try { return JSON.parse((event as MessageEvent<string>).data); } catch { return null; }
}

// Waking from sleep leaves a dead stream that reports nothing; a long silence is worth a new one.
addEventListener("online", () => { if (source === null) { clearTimeout(timer); listen(); } });
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && source && Date.now() - heardAt.value > SILENCE_MS) { source.close(); source = null; listen(); tell(null); }
});
