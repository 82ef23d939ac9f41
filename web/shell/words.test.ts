import { describe, expect, it } from "vitest";
import { born, count, date, due, dueLong, duration, someOf, time } from "./words";

const MIN = 60_000, HOUR = 60 * MIN, DAY = 24 * HOUR;
// Local noon-ish moments, so that the tests hold in any zone.
const NOW = new Date(2026, 10, 17, 9, 42, 0).getTime();
const at = (ms: number) => new Date(NOW + ms).toISOString();

describe("durations", () => {
  it.each([
    [58_000, "58 s"], [59_999, "59 s"], [25 * MIN, "25 min"], [HOUR + 18 * MIN, "1 h 18 min"], [2 * HOUR + 5 * MIN, "2 h 05 min"],
    [2 * DAY + 4 * HOUR, "2 d 04 h"], [0, "0 s"], [-5, "0 s"], [DAY - 1, "23 h 59 min"],
  ])("%d ms reads %s", (ms, text) => expect(duration(ms)).toBe(text));
});

describe("due", () => {
  it("is late with a square", () => expect(due(at(-25 * MIN), NOW)).toEqual({ mark: "bad", text: "25 min late" }));
  it("is late from the very minute, and never says 0 s", () => expect(due(at(0), NOW)).toEqual({ mark: "bad", text: "1 min late" }));
  it("is soon with a triangle under four hours", () => expect(due(at(HOUR + 18 * MIN), NOW)).toEqual({ mark: "warn", text: "in 1 h 18 min" }));
  it("is today's time from four hours on", () => expect(due(at(6 * HOUR + 20 * MIN), NOW)).toEqual({ mark: null, text: "today 16:02" }));
  it("is a date on another day", () => expect(due(at(DAY), NOW)).toEqual({ mark: null, text: "Wed 18 Nov" }));
  it("names the year when it is another", () => expect(due(new Date(2027, 0, 14, 12).toISOString(), NOW).text).toBe("Thu 14 Jan 2027"));
  it("says whom to ask without a date", () => expect(due(null, NOW).text).toBe("no due date: ask the lab"));
  it("is soon across midnight too", () => {
    const late = new Date(2026, 10, 17, 23, 0, 0).getTime();
    expect(due(new Date(late + 2 * HOUR).toISOString(), late)).toEqual({ mark: "warn", text: "in 2 h 00 min" });
  });
  it("has a long form", () => {
    expect(dueLong(at(78 * MIN), NOW).text).toBe("Due in 1 h 18 min, at 11:00");
    expect(dueLong(at(-25 * MIN), NOW).text).toBe("25 min late, was due today 09:17");
  });
});

describe("dates and people", () => {
  it("writes a time of 24 hours", () => expect(time(new Date(2026, 10, 17, 0, 5).getTime())).toBe("00:05"));
  it("writes a day without the year of now", () => expect(date(NOW, NOW)).toBe("Tue 17 Nov"));
  it("counts whole years of age", () => {
    expect(born("1961-03-14", NOW)).toBe("14 Mar 1961 (65 y)");
    expect(born("1961-11-17", NOW)).toBe("17 Nov 1961 (65 y)");
    expect(born("1961-11-18", NOW)).toBe("18 Nov 1961 (64 y)");
  });
  it("does not invent a birth date", () => expect(born(null, NOW)).toBe("Not known"));
});

describe("counts", () => {
  it("agrees in number", () => expect([count(0, "slide"), count(1, "slide"), count(1200, "slide")]).toEqual(["0 slides", "1 slide", "1,200 slides"]));
  it("names four and counts the rest", () => {
    expect(someOf(["a", "b", "c", "d"])).toBe("a, b, c, d");
    expect(someOf(["a", "b", "c", "d", "e", "f"])).toBe("a, b, c, d and 2 more");
  });
});
