import { describe, expect, test } from "vitest";
import { type Gap, nothingRecorded, span, uncovered } from "./gapwords";

const NOW = new Date(2026, 10, 26, 9, 0).getTime();
const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 0).toISOString();
const gap = (specialty: string, from: [number, number], to: [number, number]): Gap => ({ specialty, from: at(...from), to: at(...to) });

describe("when nobody on the rota may read a specialty", () => {
  test("a span names each day once", () => {
    expect(span(gap("renal", [27, 14], [27, 18]), NOW)).toBe("Fri 27 Nov 14:00 to 18:00");
    expect(span(gap("renal", [27, 14], [28, 8]), NOW)).toBe("Fri 27 Nov 14:00 to Sat 28 Nov 08:00");
    expect(span(gap("renal", [26, 9], [26, 18]), NOW)).toBe("now to 18:00");
    expect(span({ specialty: "renal", from: at(26, 9), to: new Date(NOW + 7 * 24 * 3_600_000).toISOString() }, NOW)).toBe("the whole week");
  });

  test("specialties stand in the order of their first gap, and say how many more there are", () => {
    const days = [27, 28, 29, 30].map((day) => gap("skin", [day, 14], [day, 18]));
    const said = uncovered([...days, gap("renal", [26, 10], [26, 12])], (key) => key.toUpperCase(), NOW);
    expect(said.map(({ specialty }) => specialty)).toEqual(["RENAL", "SKIN"]);
    expect(said[1]?.when).toMatch(/ and 1 more$/);
  });

  test("a rota that covers nothing is taken for not recorded", () => {
    const whole = { specialty: "skin", from: at(26, 9), to: new Date(NOW + 7 * 24 * 3_600_000).toISOString() };
    expect(nothingRecorded([whole], NOW)).toBe(true);
    expect(nothingRecorded([whole, gap("renal", [26, 10], [26, 12])], NOW)).toBe(false);
    expect(nothingRecorded([], NOW)).toBe(false);
  });
});
