// What lies in the trays, what is to be scanned again and what extra work is owed: read on every change and each ten seconds.
import { signal } from "@preact/signals";
import { Problem, inWords, read, send } from "../shell/api";
import { heard } from "../shell/live";
import type { Alarm, Owed, Quality, Rescan, TrayEntry } from "../shell/wire";
import { KINDS } from "./words";

export const entries = signal<TrayEntry[] | null>(null);
export const rescans = signal<Rescan[]>([]);
export const owed = signal<Owed[]>([]);
export const alarms = signal<Alarm[]>([]);
export const failure = signal<{ title: string; text: string } | null>(null);
/** The flagged scan whose card is open. */
export const chosen = signal<string | null>(null);

export async function load(): Promise<void> {
  try {
    const trays = await Promise.all(KINDS.map((kind) => read<{ rows: TrayEntry[] }>(`/trays/${kind}`)));
    const asked = await read<{ rows: Rescan[] }>("/rescans");
    const extra = await read<Owed[]>("/extra-work");
    const raised = await read<{ rows: Alarm[] }>("/alarms");
    heard();
    entries.value = trays.flatMap((tray) => tray.rows);
    rescans.value = asked.rows;
    owed.value = extra;
    alarms.value = raised.rows;
    failure.value = null;
  } catch (cause) {
    if (!(cause instanceof Problem && cause.status === 401)) failure.value = inWords(cause);
  }
}

export const qualityOf = (scan: string, stop: AbortSignal) => read<Quality>(`/scans/${scan}/quality`, stop);

/** Lets a flagged scan pass, or asks for its glass again, with the blurred part as the region. */
export async function decide(entry: TrayEntry, decision: "pass" | "rescan", reason: string, quality: Quality | null): Promise<void> {
  const region = decision === "rescan" ? quality?.measures?.blurred_region ?? null : null;
  await send("POST", `/trays/${entry.id}/quality`, { decision, reason, region });
  if (chosen.value === entry.id) chosen.value = null;
  await load();
}

export async function attach(entry: TrayEntry, handheld: string): Promise<void> {
  await send("POST", `/trays/${entry.id}/attach`, { handheld });
  await load();
}

export async function dismiss(entry: TrayEntry, reason: string): Promise<void> {
  await send("POST", `/trays/${entry.id}/dismiss`, { reason, rescan: false });
  await load();
}

/** Says that somebody has seen an alarm: nobody further is told. */
export async function acknowledge(alarm: Alarm): Promise<void> {
  await send("POST", `/alarms/${alarm.id}/acknowledge`, {});
  await load();
}

/** Says that extra work cannot be made: the block has no tissue left. */
export async function noTissueLeft({ work }: Owed, reason: string): Promise<void> {
  await send("POST", `/extra-work/${work}/end`, { no_tissue_left: true, reason });
  await load();
}
