// A planned absence in words: what becomes of each thing that somebody owns. Pure.
import type { Absence, AbsencePlan } from "./wire";
import { count, moment, sentence } from "./words";

type Move = AbsencePlan["moves"][number];

const WAS: Record<string, string> = {
  offered: "offered", claimed: "claimed", begun: "begun", extra_work: "waiting for extra work", incident: "to answer after its signature",
};

/** "S26-01753, begun" */
export function ownedWords({ number, was }: Move): string { return `${number}, ${WAS[was] ?? sentence(was).toLowerCase()}`; }

/** "Goes to Dr SECOND Omar." or "Waits again, with its age. Not Dr SECOND Omar: Skin: they hold no valid credential." */
export function becomesWords({ becomes, why }: Move, deputy: string | null): string {
  const what = {
    deputy: `Goes to ${deputy ?? "the deputy"}.`, waits: "Waits again, with its age.",
    stays: "Stays until the return.", manager: "A manager is asked.",
  }[becomes];
  return why.length > 0 && deputy ? `${what} Not ${deputy}: ${why.join(" ")}` : [what, ...why].join(" ");
}

/** What stands over the list, before it is recorded and after. */
export function planWords({ moves, applied, absence }: AbsencePlan): string {
  const things = count(moves.length, "thing");
  if (absence === null) return moves.length === 0 ? "Nothing is owned that would move." : `If the absence began now, ${things} would be looked at, urgent first:`;
  if (applied) return moves.length === 0 ? "Recorded, and begun. Nothing had to move." : `Recorded, and begun. What became of ${things}:`;
  return moves.length === 0 ? "Recorded. Nothing is owned that would move by now." : `Recorded. When it begins, ${things} will be looked at again; as of now:`;
}

/** "Wed 2 Dec 08:00 to Fri 4 Dec 18:00, leave. Dr SECOND Omar stands in." Whose it is is said where it is not one's own. */
export function absenceWords({ name, deputy, from, to, reason, begun }: Absence, own: boolean, now: number): string {
  const times = begun ? `Away until ${moment(to, now)}` : `${moment(from, now)} to ${moment(to, now)}`;
  return `${own ? "" : `${name}: `}${times}, ${reason}. ${deputy ?? "Nobody"} stands in.`;
}

/** Why the times cannot be taken, or null. They are as typed, in this computer's zone. */
export function wrongTimes(from: string, to: string, now: number): string | null {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(end)) return "Say from when and until when.";
  if (end <= start) return "The end comes after the beginning.";
  return end <= now ? "This time is over." : null;
}
