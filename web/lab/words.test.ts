import { expect, test } from "vitest";
import type { Owed, Quality, Rescan } from "../shell/wire";
import { alarmWords, byScanner, deadline, figures, owedWhen, owedWords, percent } from "./words";

const NOW = Date.parse("2026-11-17T09:42:00Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

test("a flagged scan is released, everything else is late", () => {
  expect(deadline({ kind: "quality", deadline_at: at(15) }, NOW)).toEqual({ mark: null, text: "released with a badge in 15 min" });
  expect(deadline({ kind: "quality", deadline_at: at(2) }, NOW).mark).toBe("warn");
  expect(deadline({ kind: "held", deadline_at: at(-3) }, NOW)).toEqual({ mark: "bad", text: "3 min late" });
});

test("figures have their denominator, and what is unknown says so", () => {
  expect(percent(0.0731)).toBe("7.3 %");
  expect(percent(0)).toBe("0 %");
  const measures = { tissue_share: 0.3, tissue_mm2: null, pen_share: 0, unscanned_share: null, measured_cells: 40, blurred_share: 0.6, median_score: 0.1, blurred_below: 0.13, blurred_region: null, cells: [] };
  const words = figures({ measures, reason: "" } as unknown as Quality);
  expect(words).toContainEqual(["Blurred", "60 % of 40 places"]);
  expect(words).toContainEqual(["Not scanned", "Not comparable"]);
  expect(figures({ measures: null, reason: "no level" } as unknown as Quality)[0]![1]).toContain("no level");
});

test("each scanner has its list", () => {
  const row = (id: number, scanner: string | null) => ({ id, scanner }) as Rescan;
  const lists = byScanner([row(1, "One"), row(2, "Two"), row(3, "One"), row(4, null)]);
  expect(lists.map(([name, rows]) => [name, rows.map((one) => one.id)])).toEqual([["One", [1, 3]], ["Two", [2]], ["No scanner named", [4]]]);
});

test("an alarm says who is told next, or that nobody is left", () => {
  const alarm = { owner_role: "on_call", created_at: at(-4), printed_at: null, escalates_at: at(6) };
  expect(alarmWords(alarm, NOW)).toBe("4 min ago, for on call; the next name is told in 6 min");
  expect(alarmWords({ ...alarm, escalates_at: at(-1) }, NOW)).toContain("told now");
  expect(alarmWords({ ...alarm, escalates_at: null }, NOW)).toContain("not sent yet");
  expect(alarmWords({ ...alarm, printed_at: at(-1) }, NOW)).toContain("nobody further is left to tell");
});

test("extra work says what is here of it and how long there is", () => {
  const owed: Owed = { work: "w", case: "c", number: "NG26-1", kind: "recut", reason: "", requester: "", requested_at: at(-60), deadline_at: at(120), slides: 2, here: 1 };
  expect([owedWords(owed), owedWords({ ...owed, kind: "stain", slides: 1, here: 0 })]).toEqual(["Recut, 1 of 2 slides here", "Stain, 0 of 1 slide here"]);
  expect(owedWhen(owed, NOW)).toEqual({ mark: null, text: "in 2 h 00 min" });
  expect(owedWhen({ ...owed, deadline_at: at(-5) }, NOW)).toEqual({ mark: "bad", text: "5 min late" });
});
