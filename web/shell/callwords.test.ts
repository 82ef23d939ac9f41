import { describe, expect, it } from "vitest";
import { announcement, callsOf, headWords, nextEnd, refusedWords, restWords, waitBefore } from "./callwords";
import type { Called, Offer, Urgent } from "./wire";

const NOW = new Date(2026, 10, 17, 13, 1, 0).getTime();
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const called = (number: string, more: Partial<Called> = {}): Called => ({
  reading: `r-${number}`, case: `c-${number}`, number, issuer: "lab", specialty: "breast", site: "Northgate", ready_at: at(-42), due_at: at(64 * 60), ...more,
});
const offer = (number: string, until: number, priority: Offer["priority"] = "routine"): Offer => ({
  ...called(number), claim: `k-${number}`, fence: 3, priority, until: at(until),
});
const urgent = (waiting: Called[], offered: Offer[] = []): Urgent => ({ now: at(0), waiting, offered });
const keys = (of: Urgent | null, now = NOW) => callsOf(of, now).map(({ key }) => key);

describe("what calls", () => {
  it("is nothing before the server was asked", () => expect(keys(null)).toEqual([]));
  it("is immediate offers, what waits in the server's order, then other offers as they end", () => {
    const of = urgent([called("1"), called("2")], [offer("4", 90), offer("3", 60), offer("5", 70, "immediate")]);
    expect(keys(of)).toEqual(["k-5", "r-1", "r-2", "k-3", "k-4"]);
  });
  it("loses an offer when its time is up", () => {
    const of = urgent([], [offer("3", 60)]);
    expect([keys(of), keys(of, NOW + 60_000)]).toEqual([["k-3"], []]);
  });
  it("is asked again when the first offer ends", () => {
    expect(nextEnd(urgent([], [offer("3", 60), offer("4", 90), offer("5", -1)]), NOW)).toBe(NOW + 60_000);
    expect(nextEnd(urgent([called("1")]), NOW)).toBeNull();
  });
});

describe("words of a call", () => {
  const [waiting] = callsOf(urgent([called("NG26-1")]), NOW), [offered] = callsOf(urgent([], [offer("NG26-2", 70, "urgent")]), NOW);
  it("say what it is and where", () => {
    expect([headWords(waiting!), headWords(offered!)]).toEqual(["Immediate case NG26-1", "Offered to you until 13:02:10: NG26-2"]);
    expect(restWords(waiting!, NOW)).toBe("Breast, Northgate, waits 42 s, due 14:05");
    expect(restWords(offered!, NOW)).toBe("Breast, Northgate, urgent, due 14:05");
  });
  it("say when it was due, and nothing of a wait that is not known", () => {
    const [late] = callsOf(urgent([called("NG26-1", { ready_at: null, due_at: at(-60) })]), NOW);
    expect(restWords(late!, NOW)).toBe("Breast, Northgate, was due 13:00");
  });
  it("are announced without what ticks", () => expect(announcement([waiting!])).toBe("Immediate case NG26-1, Breast, Northgate."));
  it("say calmly who has it", () => {
    expect(refusedWords("NG26-1", "taken", "Dr SECOND Omar", "")).toBe("NG26-1 is with Dr SECOND Omar.");
    expect(refusedWords("NG26-1", "taken", null, "")).toBe("Someone took NG26-1 a moment ago.");
    expect(refusedWords("NG26-1", "claim_lost", null, "")).toBe("The offer of NG26-1 has run out. It waits again.");
    expect(refusedWords("NG26-1", "at_capacity", null, "You hold as many cases as you may.")).toBe("NG26-1: You hold as many cases as you may.");
  });
});

describe("questions", () => {
  it("gather changes, and stand two seconds apart", () => expect([waitBefore(0, NOW), waitBefore(NOW - 500, NOW), waitBefore(NOW, NOW)]).toEqual([200, 1_500, 2_000]));
});
