// What came or changed after this pathologist's signatures and waits for an answer: asked at the start and after a change.
import { computed, effect, signal } from "@preact/signals";
import { read, send } from "./api";
import { waitBefore } from "./callwords";
import { onChange } from "./live";
import { session } from "./session";
import type { Incident } from "./wire";

/** Answers are due in hours, so nobody is asked oftener than this. */
const APART_MS = 10_000;

/** The most urgent first, as the server orders them. */
export const incidents = signal<Incident[]>([]);

const who = computed(() => session.value?.pathologist?.id ?? null);
let lastAsked = 0, turn = 0, timer = 0;

function soon(): void {
  if (timer !== 0 || who.value === null) return;
  timer = window.setTimeout(() => { timer = 0; void askIncidents(); }, waitBefore(lastAsked, Date.now(), APART_MS));
}

/** Asks now, as after an answer of one's own. */
export async function askIncidents(): Promise<void> {
  if (who.value === null) return;
  const mine = ++turn;
  lastAsked = Date.now();
  // Without an answer what is shown may be old; the next change asks again.
  const found = await read<Incident[]>("/incidents").catch(() => null);
  if (found && mine === turn) incidents.value = found;
}

/** Answers that what came changes nothing; the words stay with it. */
export async function noChange(incident: Incident, reason: string): Promise<void> {
  await send<void>("POST", `/incidents/${incident.incident}/no-change`, { reason });
  await askIncidents();
}

effect(() => {
  void who.value;
  clearTimeout(timer);
  timer = lastAsked = 0;
  turn++;
  incidents.value = [];
  soon();
});
onChange((change) => { if (change === null || change.kind === "case" || change.kind === "worklist") soon(); });
