// The case on the page: what the server says of it, the claim on it, the draft, and what this person has opened.
//
//   claim:  none ── claim ──▶ mine ──▶ signed | released
//                               ├── given to a colleague ──▶ handed
//                               └── the server says claim_lost ──▶ lost (text kept, read-only)
import { computed, signal } from "@preact/signals";
import { Problem, inWords, read, send, sendLast } from "../shell/api";
import { heard } from "../shell/live";
import type { Case, Mark, Reading, ScanOfSlide, Slide } from "../shell/wire";
import { changesBetween, slidesOf, unreadGlass } from "./checks";
import { hasMoved, told, watch } from "./still";

export type ClaimNow =
  | { kind: "none" }
  | { kind: "mine"; id: string; fence: number; lease_until: string; begun: boolean; hold_until: string | null; silent: boolean }
  | { kind: "lost"; holder: string | null; at: string }
  | { kind: "released" }
  | { kind: "handed"; to: string; number: string }
  | { kind: "signed"; at: string };

export interface Notice { mark: Mark; title: string; text: string; slide?: string | undefined }

export const opened = signal<ReadonlySet<string>>(new Set());
export const loaded = signal<Case | null>(null);
export const failure = signal<{ title: string; text: string; forbidden: boolean } | null>(null);
export const claim = signal<ClaimNow>({ kind: "none" });
export const changed = signal<Notice | null>(null);
export const said = signal<Notice | null>(null);
/** The name of the slide on which a hatched, damaged part is in sight; null while there is none. */
export const damaged = signal<string | null>(null);
export const text = signal("");
export const saved = signal<{ at: string | null; state: "saved" | "waiting" | "failed" }>({ at: null, state: "saved" });
export const chosen = signal<string | null>(null);
/** The scan on the screen: the one that was there when the slide was chosen. A newer one is offered, never swapped in. */
export const shownScan = signal<ScanOfSlide | null>(null);
export const editable = computed(() => claim.value.kind === "mine");
export const slide = computed<Slide | null>(() => (loaded.value ? slidesOf(loaded.value).find(({ id }) => id === chosen.value) ?? null : null));
/** The reading this person holds, else the one that is open. */
export const reading = computed<Reading | null>(() => {
  const all = loaded.value?.readings ?? [];
  return all.find((each) => each.holder?.mine) ?? all.find((each) => each.state === "waiting") ?? all[0] ?? null;
});
/** Ids of slides of this reading that wait to be read on glass. */
export const onGlass = computed<ReadonlySet<string>>(() => new Set(loaded.value ? unreadGlass(loaded.value, reading.value?.id).map(({ slide: id }) => id) : []));

const PAUSE_MS = 800, BEAT_MS = 30_000;
let typingTimer = 0;
let sending: Promise<void> | null = null;

/** Shows the case `of` from nothing. */
export async function openCase(of: string): Promise<void> {
  forgetCase();
  opened.value = remembered(of);
  await refresh(of, "first");
  void renew();
}

/** Reads the case again. What others changed meanwhile is said; the text on the page is never replaced. */
export async function refresh(of: string, why: "first" | "own" | "news" = "news"): Promise<void> {
  try {
    const found = await read<Case>(`/cases/${of}`);
    heard();
    const before = loaded.value;
    const news = before && why === "news" ? changesBetween(before, found) : [];
    loaded.value = found;
    failure.value = null;
    if (why === "first") takeDraft(found);
    takeClaim(found);
    const here = slidesOf(found).find((each) => each.scan !== null);
    if (chosen.value === null && here) choose(here.id);
    if (news.length > 0) changed.value = changedNotice(news.map((each) => each.text), news[0]?.slide);
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 401) return;
    const forbidden = cause instanceof Problem && (cause.status === 403 || cause.status === 404);
    // What may no longer be seen does not stay on the screen; to whom it went does.
    const handed = claim.value.kind === "handed" ? claim.value : null;
    if (forbidden) forgetCase();
    if (handed) claim.value = handed;
    failure.value = { ...inWords(cause), forbidden };
  }
}

/** "Changed since you looked: A2-2 Ki-67 arrived. Look at it, then sign again." */
export function changedNotice(changes: string[], at: string | undefined): Notice {
  return { mark: "warn", title: "Changed since you looked:", text: `${changes.join("; ")}. Look at it, then sign again.`, slide: at };
}

/** Sends an unsaved text without waiting, as when the tab is closed. */
export function saveLast(): void {
  clearTimeout(typingTimer);
  const held = claim.value;
  if (held.kind === "mine" && saved.value.state !== "saved") sendLast(`/claims/${held.id}/draft`, { fence: held.fence, text: text.value });
}

/** Leaves the case: an unsaved text is sent first, nothing of the patient stays in memory. */
export function forgetCase(): void {
  saveLast();
  loaded.value = failure.value = changed.value = said.value = chosen.value = damaged.value = shownScan.value = null;
  claim.value = { kind: "none" };
  text.value = "";
  saved.value = { at: null, state: "saved" };
  opened.value = new Set();
}

export function choose(id: string): void {
  chosen.value = id;
  shownScan.value = slide.value?.scan ?? null;
  if (changed.value?.slide === id) changed.value = null;
}

/** Moves to the slide `step` places on that has a scan. */
export function chooseBeside(step: 1 | -1): void {
  const all = loaded.value ? slidesOf(loaded.value).filter((each) => each.scan !== null) : [];
  const next = all[all.findIndex(({ id }) => id === chosen.value) + step];
  if (next) choose(next.id);
}

/** Remembers that this scan was painted for this person; kept for the tab, ids only. */
export function markOpened(scan: string): void {
  if (opened.value.has(scan) || !loaded.value) return;
  opened.value = new Set([...opened.value, scan]);
  sessionStorage.setItem(`opened ${loaded.value.id}`, [...opened.value].join(" "));
}

function remembered(of: string): ReadonlySet<string> {
  return new Set((sessionStorage.getItem(`opened ${of}`) ?? "").split(" ").filter(Boolean));
}

function takeDraft(found: Case): void {
  if (!found.draft?.mine) return;
  text.value = found.draft.text;
  saved.value = { at: found.draft.saved_at, state: "saved" };
}

function takeClaim(found: Case): void {
  const before = claim.value;
  if (before.kind !== "none" && before.kind !== "mine") return;
  // What is only offered is not held yet.
  const mine = found.readings.find((each) => each.holder?.mine && each.claim && !each.claim.offer_until);
  if (mine?.claim) claim.value = { kind: "mine", ...mine.claim, silent: false };
  else if (before.kind === "mine") lose({ holder: found.readings.find((each) => each.id === reading.value?.id)?.holder?.name ?? null });
}

function lose(extra: Record<string, unknown>): void {
  clearTimeout(typingTimer);
  claim.value = { kind: "lost", holder: (extra["holder"] as string | null) ?? null, at: String(extra["at"] ?? new Date().toISOString()) };
}

/** True, and the page knows, when the server said that the claim is gone. */
export function isLost(cause: unknown): boolean {
  if (!(cause instanceof Problem) || cause.code !== "claim_lost") return false;
  lose(cause.extra);
  return true;
}

/** Renews the claim each 30 s while the page is open, and at once when "Still reading?" is answered; returns how to stop. */
export function beat(): () => void {
  const timer = setInterval(() => void renew(), BEAT_MS);
  const unwatch = watch(answerOnce);
  return () => { clearInterval(timer); unwatch(); };
}

let answering = false;

/** Tells the server at once that somebody is here; the many movements of one answer are one heartbeat. */
function answerOnce(): void {
  if (answering) return;
  answering = true;
  void renew().finally(() => { answering = false; });
}

async function renew(): Promise<void> {
  const held = claim.value;
  if (held.kind !== "mine") return;
  const active = hasMoved();
  try {
    const now = await send<{ lease_until: string; begun: boolean; hold_until: string | null }>("POST", `/claims/${held.id}/heartbeat`, { fence: held.fence, active });
    told(active);
    heard();
    if (claim.value.kind === "mine") claim.value = { ...claim.value, ...now, silent: false };
    if (saved.value.state === "failed") void save();
  } catch (cause) {
    if (!isLost(cause) && claim.value.kind === "mine") claim.value = { ...claim.value, silent: true };
  }
}

/** Takes a keystroke; the draft is saved 800 ms after the last one. */
export function write(next: string): void {
  if (!editable.value) return;
  text.value = next;
  saved.value = { ...saved.value, state: "waiting" };
  clearTimeout(typingTimer);
  typingTimer = window.setTimeout(() => void save(), PAUSE_MS);
}

/** Saves the draft now; one at a time, so that an older text never lands on a newer one. */
export async function save(): Promise<void> {
  clearTimeout(typingTimer);
  if (sending) await sending;
  const held = claim.value;
  if (held.kind !== "mine" || saved.value.state === "saved") return;
  sending = sendDraft(held.id, held.fence, text.value);
  await sending;
  sending = null;
}

/** Saves all that is written; false when the server has not got it. */
export async function savedAll(): Promise<boolean> {
  await save();
  // Somebody may have typed on meanwhile.
  if (saved.value.state === "waiting") await save();
  return saved.value.state === "saved" || claim.value.kind !== "mine";
}

async function sendDraft(id: string, fence: number, sent: string): Promise<void> {
  try {
    const answer = await send<{ saved_at: string }>("POST", `/claims/${id}/draft`, { fence, text: sent });
    saved.value = { at: answer.saved_at, state: text.value === sent ? "saved" : "waiting" };
    if (claim.value.kind === "mine") claim.value = { ...claim.value, begun: true, silent: false };
  } catch (cause) {
    if (isLost(cause)) return;
    saved.value = { ...saved.value, state: "failed" };
    if (cause instanceof Problem && cause.status === 0 && claim.value.kind === "mine") claim.value = { ...claim.value, silent: true };
  }
}
