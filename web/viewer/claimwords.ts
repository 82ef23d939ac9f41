// The claim in words: what holds now and what happens when. Pure.
import type { Mark, Reading } from "../shell/wire";
import { duration, time, timeToSecond, until } from "../shell/words";
import type { ClaimNow } from "./reading";
import { ANSWER_MS, ASK_MS } from "./still";

export interface ClaimWords { head: string; mark: Mark | null; text: string }

/** What the claim field of the identity bar says at `now`. */
export function claimWords(claim: ClaimNow, reading: Reading | null, now: number): ClaimWords {
  switch (claim.kind) {
    case "mine": return { head: "Your claim", ...mine(claim, now) };
    case "lost": return { head: "Your claim", mark: "bad", text: `Lost ${time(claim.at)}, draft kept` };
    case "released": return { head: "Your claim", mark: "wait", text: "Released" };
    case "handed": return { head: "Claim", mark: "wait", text: `With ${claim.to}` };
    case "signed": return { head: "Your report", mark: "good", text: `Signed out ${time(claim.at)}` };
    case "none": return { head: "Claim", mark: null, text: notMine(reading) };
  }
}

/** How the reading ended for this person. */
export function endWords(claim: Extract<ClaimNow, { kind: "signed" | "released" | "handed" }>): string {
  switch (claim.kind) {
    case "signed": return `Signed out at ${time(claim.at)}`;
    case "released": return "Released. The case is back in the list";
    case "handed": return `Handed over. The case is with ${claim.to}`;
  }
}

/** "You no longer hold this case. It went to Dr X at 09:38. Your draft is kept and read-only." */
export function lostWords(claim: { holder: string | null; at: string }): string {
  const where = claim.holder ? `It went to ${claim.holder} at ${time(claim.at)}.` : `It returned to the list at ${time(claim.at)}.`;
  return `${where} Your draft is kept and read-only.`;
}

/** "Still reading? Press any key. If not, the case returns to the list at 09:57." `told` is when the server last heard of a movement. */
export function stillWords(claim: ClaimNow, told: number, now: number): { mark: Mark; title: string; text: string } | null {
  if (claim.kind !== "mine") return null;
  const end = claim.begun && claim.hold_until ? claim.hold_until : told + ASK_MS + ANSWER_MS;
  return { mark: "warn", title: "Still reading?", text: `Press any key. If not, the case returns to the list at ${until(end, now)}.` };
}

function mine(claim: Extract<ClaimNow, { kind: "mine" }>, now: number): { mark: Mark; text: string } {
  if (claim.silent) {
    const end = claim.begun && claim.hold_until ? claim.hold_until : claim.lease_until;
    const left = Date.parse(end) - now;
    if (left <= 0) return { mark: "bad", text: "No contact, it may have returned" };
    return { mark: "warn", text: `No contact, returns in ${duration(left)}` };
  }
  if (!claim.begun) return { mark: "good", text: "Yours, renewing" };
  return { mark: "good", text: claim.hold_until ? `Held to ${until(claim.hold_until, now)}, draft saved` : "Held, draft saved" };
}

function notMine(reading: Reading | null): string {
  if (!reading) return "Nothing to read";
  if (reading.state === "signed_out") return "Signed out";
  if (reading.state === "not_ready") return "Not ready to read";
  if (reading.claim?.offer_until) return `Offered to you until ${timeToSecond(reading.claim.offer_until)}`;
  return reading.holder ? `Held by ${reading.holder.name}` : "Not claimed";
}
