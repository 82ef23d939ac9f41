import { describe, expect, it } from "vitest";
import type { Measures } from "../shell/wire";
import { axis, hourNow, hoursOfDay, lately, stack } from "./figures";

const measures = (per_hour: Measures["per_hour"]): Measures => ({
  now: "2026-11-23T09:42:00Z", since: "2026-11-23T00:00:00Z", delivered: 0, published: 0, in_trays: 0,
  cases: { accessioned: 0, partial: 0, waiting: 0, claimed: 0, signed_out: 0 }, oldest_waiting: null, late: 0, per_hour, by_specialty: [], scanners: [],
});

describe("hours", () => {
  it("stand in their place and leave out yesterday", () => {
    const hours = hoursOfDay(measures([
      { hour: "2026-11-23T09:00:00Z", delivered: 4, published: 3, signed_out: 2 }, { hour: "2026-11-22T23:00:00Z", delivered: 9, published: 9, signed_out: 9 }]));
    expect(hours).toHaveLength(24);
    expect(hours[9]).toEqual({ delivered: 4, published: 3, signed_out: 2 });
    expect(hours.reduce((sum, hour) => sum + hour.delivered, 0)).toBe(4);
  });
  it("know the part of the hour that is gone", () => expect(hourNow(measures([]))).toBeCloseTo(9.7));
});

describe("a scanner", () => {
  const now = Date.parse("2026-11-23T09:42:00Z");
  it.each([["2026-11-23T09:33:00Z", true], ["2026-11-23T09:31:00Z", false], [null, false]])("whose last slide came at %s delivers: %s", (last, holds) => {
    expect(lately(last, now)).toBe(holds);
  });
});

describe("axis", () => {
  it.each([[0, 2], [1, 2], [3, 3], [7, 8], [121, 150], [1000, 1000]])("holds %d under %d", (largest, top) => expect(axis(largest).top).toBe(top));
  it("has whole steps only", () => expect(axis(3).steps).toEqual([0, 1, 2, 3]));
});

describe("stacked bars", () => {
  it("give nothing to zero and keep their order", () => {
    const parts = stack([10, 0, 5], 100);
    expect(parts.map((part) => part.x)).toEqual([0, 10, 10]);
    expect(parts[1]?.width).toBe(0);
    expect(parts[0]!.width).toBeLessThan(10);
  });
});
