// What came or changed after this pathologist's signatures and waits for an answer: asked at the start and after a change.
import { signal } from "@preact/signals";
import { read, send } from "./api";
import { gathered } from "./gathered";
import type { Incident } from "./wire";

/** Answers are due in hours, so nobody is asked oftener than this. */
const APART_MS = 10_000;

/** The most urgent first, as the server orders them. */
export const incidents = signal<Incident[]>([]);

const { now } = gathered({
  kinds: ["case", "worklist"], apart: APART_MS,
  async ask(still) {
    // Without an answer what is shown may be old; the next change asks again.
    const found = await read<Incident[]>("/incidents").catch(() => null);
    if (found && still()) incidents.value = found;
  },
  forget() { incidents.value = []; },
});

/** Asks now, as after an answer of one's own. */
export const askIncidents = now;

/** Answers that what came changes nothing; the words stay with it. */
export async function noChange(incident: Incident, reason: string): Promise<void> {
  await send<void>("POST", `/incidents/${incident.incident}/no-change`, { reason });
  await askIncidents();
}
