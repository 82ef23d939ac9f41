import { describe, expect, it } from "vitest";
import type { Case, ExtraWork, Slide } from "../shell/wire";
import { askedWords, blockOf, glassWhy, isWaitedFor, namesOf, stainsOf, workAskedWords, workEndedWords, workNames, workWhy, workWords } from "./orderwords";

const slide = (name: string, stain = "H&E", here = true): Slide => ({
  id: `id-${name}`, name, stain, container: "", expectation: here ? "here" : "expected", waived_reason: null, earlier_scans: [],
  scan: here ? { id: `scan-${name}`, generation: 1, state: "verified", identity: "matched", width: 1, height: 1, microns_per_pixel: null, objective: null, scanned_at: null, scanner: null } : null,
});
const caseWith = (...slides: Slide[]): Case => ({
  id: "c", revision: 14, state: "ready", number: "NG26-1", issuer: "lab", numbers: [], specialty: "skin", priority: "urgent", organisation: "", site: "",
  patient: { name: "", born: null, sex: null, record: "", record_issuer: "" }, received_at: "", due_at: null, ready_at: null, clocks: [], content: {},
  specimens: [{ id: "p", part: "A", specimen_type: "", site: "", macroscopic: null, blocks: [
    { id: "b", code: "A1", site: null, pieces: null, slides }, { id: "b2", code: "A2", site: null, pieces: null, slides: [slide("A2-1")] }] }],
  loose_slides: [], readings: [], draft: null, reports: [], extra_work: [], glass: [], banner: [],
});
const NOW = new Date(2026, 10, 17, 9, 42).getTime();
const today = (hour: number) => new Date(2026, 10, 17, hour, 2).toISOString();
const work = (...here: boolean[]): ExtraWork => ({
  id: "w", reading: "r", kind: "stain", reason: "To see more.", requested_by: "Dr SECOND Omar", mine: true, requested_at: today(8), deadline_at: today(16),
  slides: here.map((is, at) => ({ id: `s${at}`, name: `A1-${at + 2}`, stain: "CD3", here: is })),
});

describe("extra work", () => {
  it("is waited for by its own reading while it is open", () => {
    const of = { ...caseWith(slide("A1-1")), extra_work: [work(false)] };
    expect([isWaitedFor(of, "r"), isWaitedFor(of, "other"), isWaitedFor(caseWith(), "r")]).toEqual([true, false, false]);
  });
  it("names what is not here, else all of it", () => {
    expect(workNames(work(true, false))).toBe("A1-3 CD3");
    expect(workNames({ ...work(true), kind: "recut" })).toBe("A1-2 CD3, a recut");
  });
  it("says who asked, why, and until when", () => {
    expect(workWhy(work(false), NOW)).toBe("Asked for by you: To see more. Due today 16:02.");
    expect(workWhy({ ...work(true, false), mine: false, reason: "" }, NOW)).toBe("1 of 2 is here. Asked for by Dr SECOND Omar. Due today 16:02.");
    expect(workWhy({ ...work(false), deadline_at: today(9) }, NOW)).toBe("Asked for by you: To see more. It is 40 min late.");
  });
  it("says what its end means", () => {
    expect(workEndedWords(work(false), false).title).toBe("Extra work is cancelled: A1-2 CD3.");
    expect(workEndedWords(work(false), true).title).toBe("No tissue is left for A1-2 CD3.");
  });
  it("goes to the block of the slide on the screen", () => {
    const of = caseWith(slide("A1-1"));
    expect([blockOf(of, "id-A2-1"), blockOf(of, null)]).toEqual(["A2", "A1"]);
  });
  it("names one stain for each slide", () => {
    expect(stainsOf(" CD3, Ki-67;; PAS ,")).toEqual(["CD3", "Ki-67", "PAS"]);
    expect(workWords("A1", true, ["CD3", "CD3"])).toBe("2 slides: A1 is cut again and stained with CD3, CD3.");
    expect(workWords("A1", false, [])).toBe("Name at least one stain. Each makes one slide.");
    expect(workAskedWords("A1", ["CD3"]).title).toBe("Extra work on A1 is asked for.");
  });
});

it("glass says who deferred it and why", () => {
  const of = { reading: "r", slide: "s", name: "A1-1", stain: "H&E", reason: "folded", deferred_by: "Dr SECOND Omar", deferred_at: today(9), deadline_at: today(12), read_at: null };
  expect(glassWhy(of, NOW)).toBe("Deferred by Dr SECOND Omar: folded. Due in 2 h 20 min.");
});

describe("questions to colleagues", () => {
  it("say whether the report waits", () => {
    expect(askedWords("consult", "renal", false, 2)).toEqual({ title: "An expert's opinion is asked for: Renal.", text: "The report does not wait for it." });
    expect(askedWords("panel", "skin", true, 3)).toEqual({ title: "A panel of 3 is asked for.", text: "The report waits for it. You can write on." });
    expect(askedWords("second", "skin", true, 2, "Dr SECOND Omar").text).toMatch(/^Dr SECOND Omar is asked first, /);
  });
});

it("slides are named by the case", () => expect(namesOf(caseWith(slide("A1-1")), ["id-A1-1", "gone"])).toBe("A1-1 H&E"));
