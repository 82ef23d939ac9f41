// What the laboratory page says: deadlines, figures, and whose list a rescan stands on. Pure.
import type { Alarm, Mark, Owed, Quality, Rescan, TrayEntry } from "../shell/wire";
import { count, duration } from "../shell/words";

export const KINDS = ["quality", "unmatched", "held", "quarantine"] as const;
export type TrayKind = (typeof KINDS)[number];
export const KIND_WORDS: Record<TrayKind, string> = { quality: "Quality", unmatched: "Unmatched", held: "Held", quarantine: "Quarantine" };

/** How long somebody has: counts down, and is late past its end. */
export function deadline(entry: Pick<TrayEntry, "kind" | "deadline_at">, now: number): { mark: Mark | null; text: string } {
  const left = Date.parse(entry.deadline_at) - now;
  if (left <= 0) return { mark: "bad", text: entry.kind === "quality" ? "released now with a badge" : `${duration(-left)} late` };
  const text = entry.kind === "quality" ? `released with a badge in ${duration(left)}` : `in ${duration(left)}`;
  return { mark: left < 5 * 60_000 ? "warn" : null, text };
}

/** Who is told of an alarm, and what comes next. */
export function alarmWords(alarm: Pick<Alarm, "owner_role" | "created_at" | "printed_at" | "escalates_at">, now: number): string {
  const since = `${duration(now - Date.parse(alarm.created_at))} ago, for ${alarm.owner_role.replace("_", " ")}`;
  if (alarm.printed_at) return `${since}; nobody further is left to tell`;
  if (!alarm.escalates_at) return `${since}; not sent yet`;
  const left = Date.parse(alarm.escalates_at) - now;
  return left > 0 ? `${since}; the next name is told in ${duration(left)}` : `${since}; the next name is told now`;
}

/** "Recut, 1 of 2 slides here" */
export function owedWords({ kind, slides, here }: Owed): string {
  return `${kind === "recut" ? "Recut" : "Stain"}, ${here} of ${count(slides, "slide")} here`;
}

/** How long the laboratory has for it. */
export function owedWhen({ deadline_at }: Owed, now: number): { mark: Mark | null; text: string } {
  const left = Date.parse(deadline_at) - now;
  return left <= 0 ? { mark: "bad", text: `${duration(-left)} late` } : { mark: null, text: `in ${duration(left)}` };
}

/** "7 %"; one decimal under 10 as far as it says something. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value !== 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

/** The measures as rows of a name and a figure; what is not measured says so. */
export function figures(of: Quality): [string, string][] {
  const m = of.measures;
  if (!m) return [["Measures", `Not measured: ${of.reason || "unknown"}`]];
  const blurred = m.blurred_share === null ? "Not measured" : `${percent(m.blurred_share)} of ${count(m.measured_cells, "place")}`;
  const unscanned = m.unscanned_share === null ? "Not comparable" : `${percent(m.unscanned_share)} of the tissue on the glass`;
  const area = m.tissue_mm2 === null ? "" : `, ${m.tissue_mm2.toFixed(1)} mm²`;
  return [["Blurred", blurred], ["Tissue", `${percent(m.tissue_share)} of the scan${area}`], ["Not scanned", unscanned], ["Ink", percent(m.pen_share)]];
}

/** Rescans by the scanner whose people make them, in the order they are wanted. */
export function byScanner(rows: Rescan[]): [string, Rescan[]][] {
  const lists = new Map<string, Rescan[]>();
  for (const row of rows) {
    const name = row.scanner ?? "No scanner named";
    lists.set(name, [...(lists.get(name) ?? []), row]);
  }
  return [...lists];
}
