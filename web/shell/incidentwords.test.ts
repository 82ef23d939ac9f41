import { describe, expect, it } from "vitest";
import { answerBy, whatWords, worstOf } from "./incidentwords";
import type { Incident } from "./wire";

const NOW = new Date(2026, 10, 17, 9, 42).getTime();
const one = (hour: number, code = "slide_after_sign_out"): Incident => ({
  incident: 1, case: "c", number: "NG26-1", report: "r", scan: null, code, opened_at: "", deadline_at: new Date(2026, 10, 17, hour, 42).toISOString(),
});

describe("what came after a signature", () => {
  it("is named, with its slide where it is known", () => {
    expect(whatWords(one(12))).toBe("A slide came");
    expect(whatWords(one(12), "A2-2 Ki-67")).toBe("A slide came: A2-2 Ki-67");
    expect([whatWords(one(12, "audit_disagrees")), whatWords(one(12, "new_kind"))]).toEqual(["The audit disagrees", "New kind"]);
  });
  it("says until when it is answered", () => {
    expect(answerBy(one(12), NOW)).toEqual({ mark: "warn", text: "Answer due in 3 h 00 min" });
    expect(answerBy(one(18), NOW)).toEqual({ mark: "note", text: "Answer due today 18:42" });
    expect(answerBy(one(9), NOW)).toEqual({ mark: "bad", text: "Answer is 1 min late" });
  });
  it("is as urgent as the worst of them", () => expect([worstOf([one(18), one(12)], NOW), worstOf([one(18)], NOW)]).toEqual(["warn", "note"]));
});
