import { describe, expect, test } from "vitest";
import { type Decision, againWords, heldWords } from "./heldwords";

const NOW = new Date(2026, 10, 26, 12, 0).getTime();
const at = (hour: number, minute: number) => new Date(2026, 10, 26, hour, minute).toISOString();
const claim: Decision = {
  claim: "1", name: "Dr ADAMS", from: at(9, 10), until: null, state: "active", end_reason: "", out_of_order: false, said: [], again: [], stands: true,
};

describe("who held a case", () => {
  test("one who holds it and one who gave it back with a reason", () => {
    expect(heldWords(claim, NOW)).toBe("Dr ADAMS, since today 09:10");
    const back = { ...claim, until: at(9, 42), state: "released", end_reason: "lunch" };
    expect(heldWords(back, NOW)).toBe("Dr ADAMS, today 09:10 to today 09:42: gave it back, lunch");
  });

  test("facts that decide otherwise are said in the words of the rules", () => {
    expect(againWords(claim)).toEqual({ mark: "good", text: "Its facts decide the same today." });
    expect(againWords({ again: ["The patient objected to this."], stands: false }).text).toContain("The patient objected");
    expect(againWords({ again: null, stands: null }).mark).toBeNull();
  });
});
