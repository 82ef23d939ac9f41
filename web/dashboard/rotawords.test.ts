import { describe, expect, it } from "vitest";
import { foundWords, isCalendar, rotaOf, toFillIn } from "./rotawords";

const calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const table = "pathologist,duty,from,to\nDr FIRST Ann,reading,a,b\n\n";

describe("a rota that was chosen", () => {
  it("is a calendar or a table by what it begins with", () => {
    expect([calendar, `\uFEFF${calendar}`, table].map(isCalendar)).toEqual([true, true, false]);
  });
  it("says how many shifts are in it", () => {
    expect(foundWords("ann.ics", calendar)).toBe("2 events in ann.ics");
    expect(foundWords("rota.csv", table)).toBe("1 shift in rota.csv");
    expect(foundWords("empty.csv", "")).toBe("0 shifts in empty.csv");
  });
  it("is sent as what it is, a calendar only with whose it is", () => {
    expect(rotaOf(table, "")).toEqual({ csv: table });
    expect(rotaOf(calendar, "")).toBeNull();
    expect(rotaOf(calendar, "p")).toEqual({ calendar: { pathologist: "p", text: calendar } });
  });
});

describe("the table to fill in", () => {
  it("has a line a person, for the day of the next Monday", () => {
    const [heading, first, second, end] = toFillIn([{ id: "1", name: "Dr FIRST Ann" }, { id: "2", name: "Dr SECOND Omar" }], new Date(2026, 10, 26, 9).getTime()).split("\n");
    expect(heading).toBe("pathologist,duty,from,to");
    expect(first).toMatch(/^Dr FIRST Ann,reading,2026-11-30T08:00:00[+-]\d\d:\d\d,2026-11-30T17:00:00[+-]\d\d:\d\d$/);
    expect(second).toMatch(/^Dr SECOND Omar,/);
    expect(end).toBe("");
  });
  it("has the id of who shares a name or has a comma in it", () => {
    const people = [{ id: "1", name: "Dr SAME" }, { id: "2", name: "Dr SAME" }, { id: "3", name: "THIRD, Una" }];
    expect(toFillIn(people, 0).split("\n").slice(1, 4).map((line) => line.split(",")[0])).toEqual(["1", "2", "3"]);
  });
  it("is of next week on a Monday", () => {
    expect(toFillIn([{ id: "1", name: "A" }], new Date(2026, 10, 30, 9).getTime())).toContain("2026-12-07T08:00:00");
  });
});
