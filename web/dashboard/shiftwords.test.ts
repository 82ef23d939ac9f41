import { describe, expect, test } from "vitest";
import { DAYS, type Shift, midnights, rostered, shiftWords } from "./shiftwords";

const NOW = new Date(2026, 10, 26, 9, 0).getTime();
const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 0).toISOString();
const shift = (from: [number, number], to: [number, number], more: Partial<Shift> = {}): Shift =>
  ({ pathologist: "1", name: "Dr Ines TESTDOCTOR", duty: "reading", from: at(...from), to: at(...to), away: false, ...more });

describe("who is on the rota", () => {
  test("a shift is its hours, and its end names the day when that is not plain", () => {
    expect(shiftWords(shift([27, 8], [27, 17]), NOW)).toBe("08:00–17:00");
    expect(shiftWords(shift([27, 17], [28, 8], { duty: "on_call" }), NOW)).toBe("on call 17:00–08:00");
    expect(shiftWords(shift([25, 17], [26, 10]), NOW)).toBe("to 10:00");
    expect(shiftWords(shift([27, 8], [30, 8]), NOW)).toBe("08:00 to Mon 30 Nov 08:00");
    expect(shiftWords(shift([25, 8], [30, 8]), NOW)).toBe("to Mon 30 Nov 08:00");
  });

  test("each person has a line and each shift its day", () => {
    const lines = rostered([
      shift([25, 17], [26, 10]), shift([26, 12], [26, 18]), shift([33, 8], [33, 17]),
      shift([28, 8], [28, 17], { pathologist: "2", name: "Dr Omar TESTDOCTOR", away: true }),
    ], NOW);
    expect(lines.map(({ name }) => name)).toEqual(["Dr Ines TESTDOCTOR", "Dr Omar TESTDOCTOR"]);
    expect(lines[0]?.days.map((day) => day.length)).toEqual([2, 0, 0, 0, 0, 0, 0, 1]);
    expect(lines[1]?.days[2]).toEqual([{ text: "08:00–17:00", away: true }]);
  });

  test("what is over, or comes later than is shown, has no place", () => {
    expect(rostered([shift([24, 8], [25, 24]), shift([34, 0], [34, 9])], NOW)).toEqual([]);
    expect(midnights(NOW)).toHaveLength(DAYS + 1);
  });
});
