// Wording of who held a case, how it ended, and whether the rules still say the same. Pure.
import type { Mark } from "../shell/wire";
import { moment } from "../shell/words";

/** A claim that stands or stood, as the server keeps it for ever. */
export interface Decision {
  claim: string; name: string; from: string; until: string | null; state: string; end_reason: string; out_of_order: boolean;
  said: string[]; again: string[] | null; stands: boolean | null;
}

const ENDS: Record<string, string> = {
  active: "holds it", signed_out: "signed it out", released: "gave it back", declined: "declined it", lapsed: "fell silent", moved: "it moved on",
};

/** "Dr Adams, today 09:10 to 09:42: gave it back, lunch"; "Dr Adams, since today 09:10". */
export function heldWords(of: Decision, now: number): string {
  if (of.until === null) return `${of.name}, since ${moment(of.from, now)}`;
  const reason = of.end_reason ? `, ${of.end_reason}` : "";
  return `${of.name}, ${moment(of.from, now)} to ${moment(of.until, now)}: ${ENDS[of.state] ?? of.state}${reason}`;
}

/** What the kept facts say when the rules are asked again. */
export function againWords({ again, stands }: Pick<Decision, "again" | "stands">): { mark: Mark | null; text: string } {
  if (stands === true) return { mark: "good", text: "Its facts decide the same today." };
  if (again === null) return { mark: null, text: "No rules were asked, or there are others by now." };
  return { mark: "bad", text: `Its facts do not decide this today: ${again.join(" ")}` };
}
