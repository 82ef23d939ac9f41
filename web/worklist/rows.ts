// Which rows stand where. Rows that are shown never move: they change in place, new ones wait behind "3 new cases",
// gone ones stay struck through until the next load. Pure.
import type { Row, Session } from "../shell/wire";
import { ordinal, timeToSecond, until } from "../shell/words";

export type Group = "yours" | "waiting" | "others";
export interface Shown { row: Row; group: Group; gone: boolean; changed: boolean }
export interface Settled { shown: Shown[]; held: Row[] }

const ORDER: Group[] = ["yours", "waiting", "others"];

/** Rows as they are first shown: yours, waiting, held by others; inside a group in the server's order. */
export function arrange(rows: Row[]): Shown[] {
  return ORDER.flatMap((group) => rows.filter((row) => groupOf(row) === group)
    .map((row) => ({ row, group, gone: false, changed: false })));
}

/** Brings `fresh` into what is shown without moving a row; what is new is held back. */
export function settle(shown: Shown[], fresh: Row[]): Settled {
  const byReading = new Map(fresh.map((row) => [row.reading, row]));
  const kept = shown.map((each) => {
    const row = byReading.get(each.row.reading);
    if (!row) return { ...each, gone: true };
    byReading.delete(row.reading);
    return { ...each, row, gone: false, changed: each.changed || differs(each.row, row) };
  });
  return { shown: kept, held: [...byReading.values()] };
}

/** True when a person would want to look again: due, priority, slides, flags or holder are not what they were. */
export function differs(before: Row, after: Row): boolean {
  return key(before) !== key(after);
}

/** The rows that contain `text` in their numbers, patient, specimen or site. */
export function filtered(shown: Shown[], text: string): Shown[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return shown;
  return shown.filter(({ row }) => [row.number, row.patient.name, row.patient.record, row.specimen, row.site,
    ...row.numbers.map((number) => number.value)].some((field) => field.toLowerCase().includes(wanted)));
}

/** The reading `step` rows from `from`, staying inside the list; the first when nothing is selected. */
export function beside(shown: Shown[], from: string | null, step: number): string | null {
  if (shown.length === 0) return null;
  const at = shown.findIndex(({ row }) => row.reading === from);
  const next = at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + step));
  return shown[next]?.row.reading ?? null;
}

/** "none is due before the first row" or "2 are due before the first row", for the slot of new cases. */
export function heldBackWords(shown: Shown[], held: Row[]): string {
  const first = shown.find((each) => each.group === "waiting" && !each.gone)?.row.due_at;
  if (!first) return "";
  const before = held.filter((row) => row.due_at !== null && row.due_at < first).length;
  if (before === 0) return "none is due before the first waiting row";
  return before === 1 ? "1 is due before the first waiting row" : `${before} are due before the first waiting row`;
}

/** "Why it stands second" among the waiting; "here" where its place is not known: held back rows may stand before it. */
export function placeWords(shown: Shown[], held: Row[], reading: string): string {
  const waiting = shown.filter((each) => each.group === "waiting" && !each.gone);
  const at = waiting.findIndex(({ row }) => row.reading === reading);
  return at < 0 || held.length > 0 ? "Why it stands here" : `Why it stands ${ordinal(at + 1)}`;
}

/** How the waiting are ordered; by how much urgent counts as earlier is the server's to say, in the reasons of its rows. */
export function orderWords(rows: Row[]): string {
  const said = rows.flatMap((row) => row.why).map((why) => /urgent counts as (\d+ (?:h|min)) earlier/i.exec(why)?.[1]).find(Boolean);
  return `earliest due first; urgent counts as ${said ? `${said} ` : ""}earlier`;
}

/** True while a row is kept for this person and not yet theirs. */
export function isOffered(row: Row): boolean { return row.mine && Boolean(row.claim?.offer_until); }

/** Managers offer what waits in their own organisation. */
export function mayOffer(row: Row, who: Session | null | undefined): boolean {
  return who?.role === "manager" && row.state === "waiting" && row.organisation === who.organisation;
}

/** Who has a row that is not mine, and until when. */
export function holderWords({ holder, claim }: Row, now: number): string {
  if (!holder) return "";
  const who = `${holder.name}, ${holder.site},`;
  if (claim?.offer_until) return `${who} is offered this case until ${timeToSecond(claim.offer_until)}.`;
  return `${who} holds this case${claim?.hold_until ? ` to ${until(claim.hold_until, now)}` : ""}.`;
}

function groupOf(row: Row): Group {
  if (row.mine) return "yours";
  return row.state === "waiting" ? "waiting" : "others";
}

function key(row: Row): string {
  const { here, expected, waived, in_tray } = row.slides;
  return JSON.stringify([row.due_at, row.priority, here, expected, waived, in_tray, row.flags, row.holder?.name, row.state, row.claim?.offer_until ?? null]);
}
