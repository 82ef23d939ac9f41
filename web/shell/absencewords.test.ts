import { describe, expect, it } from "vitest";
import { absenceWords, becomesWords, ownedWords, planWords, wrongTimes } from "./absencewords";
import type { AbsencePlan } from "./wire";

const move = (more: Partial<AbsencePlan["moves"][number]> = {}) => ({ reading: "r", case: "c", number: "NG26-1", was: "begun", becomes: "deputy" as const, why: [], ...more });
const plan = (more: Partial<AbsencePlan>): AbsencePlan => ({ absence: null, applied: false, moves: [], ...more });

describe("what an absence moves", () => {
  it("is named with how it is owned", () => {
    expect([move(), move({ was: "extra_work" }), move({ was: "new_kind" })].map(ownedWords))
      .toEqual(["NG26-1, begun", "NG26-1, waiting for extra work", "NG26-1, new kind"]);
  });
  it("goes to the deputy, waits, stays, or is a manager's, with the reason", () => {
    expect(becomesWords(move(), "Dr SECOND Omar")).toBe("Goes to Dr SECOND Omar.");
    expect(becomesWords(move({ becomes: "waits", why: ["No deputy is named."] }), null)).toBe("Waits again, with its age. No deputy is named.");
    expect(becomesWords(move({ becomes: "waits", why: ["They are away."] }), "Dr SECOND Omar")).toBe("Waits again, with its age. Not Dr SECOND Omar: They are away.");
    expect([becomesWords(move({ becomes: "stays" }), null), becomesWords(move({ becomes: "manager" }), null)]).toEqual(["Stays until the return.", "A manager is asked."]);
  });
  it("is told apart before and after it is recorded", () => {
    expect(planWords(plan({ moves: [move()] }))).toBe("If the absence began now, 1 thing would be looked at, urgent first:");
    expect(planWords(plan({ absence: "a" }))).toBe("Recorded. Nothing is owned that would move by now.");
    expect(planWords(plan({ absence: "a", applied: true, moves: [move(), move()] }))).toBe("Recorded, and begun. What became of 2 things:");
  });
});

describe("an absence that is not over", () => {
  const now = new Date(2026, 10, 17, 9, 42).getTime();
  const leave = { id: "a", pathologist: "p", name: "Dr FIRST Ann", deputy: "Dr SECOND Omar", reason: "leave", begun: false,
    from: new Date(2026, 11, 2, 8).toISOString(), to: new Date(2026, 11, 4, 18).toISOString() };
  it("says when, why, and who stands in", () => {
    expect(absenceWords(leave, true, now)).toBe("Wed 2 Dec 08:00 to Fri 4 Dec 18:00, leave. Dr SECOND Omar stands in.");
  });
  it("says whose it is to a manager, and of one that has begun only its end", () => {
    expect(absenceWords({ ...leave, begun: true, deputy: null }, false, now)).toBe("Dr FIRST Ann: Away until Fri 4 Dec 18:00, leave. Nobody stands in.");
  });
});

describe("the times of an absence", () => {
  const now = new Date(2026, 10, 17, 9, 42).getTime();
  it("have an order and are not over", () => {
    expect(wrongTimes("", "2026-11-18T09:00", now)).toBe("Say from when and until when.");
    expect(wrongTimes("2026-11-19T09:00", "2026-11-18T09:00", now)).toBe("The end comes after the beginning.");
    expect(wrongTimes("2026-11-15T09:00", "2026-11-16T09:00", now)).toBe("This time is over.");
    expect(wrongTimes("2026-11-18T09:00", "2026-11-20T09:00", now)).toBeNull();
  });
});
