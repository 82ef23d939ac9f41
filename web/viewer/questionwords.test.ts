import { describe, expect, it } from "vitest";
import type { Reading } from "../shell/wire";
import { questionWords } from "./questionwords";

const reading = (kind: string, cause: Reading["cause"], question = ""): Reading => ({ id: "r", kind, cause, question, state: "claimed", holder: { name: "Me", mine: true }, claim: null });

describe("what is asked", () => {
  it("is nothing for the reading of the order", () => expect([questionWords(null), questionWords(reading("primary", "order"))]).toEqual([null, null]));
  it("is the question of a colleague, with what waits for it", () => {
    expect(questionWords(reading("second_before_release", "asked", " Is it invasive? "))).toMatchObject({ title: "Asked for: a second opinion", question: "Is it invasive?" });
    expect(questionWords(reading("consult", "asked"))).toMatchObject({ title: "Asked for: an expert's opinion", question: null });
    expect(questionWords(reading("consult", "panel", "Which type?"))?.means).toContain("each by themselves");
  });
  it("is why a rule, the sample or a disagreement asks", () => {
    expect(questionWords(reading("second_before_release", "rule", "specimen type skin"))).toMatchObject({ title: "A second reading by rule", question: "Specimen type skin" });
    expect(questionWords(reading("audit", "sample", "drawn by the sample"))).toMatchObject({ title: "A blind audit", question: null });
    expect(questionWords(reading("second_before_release", "arbitration"))?.means).toContain("The report waits for yours");
    expect(questionWords(reading("audit", "arbitration"))?.means).toContain("after an audit");
  });
});
