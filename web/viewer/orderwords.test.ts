import { describe, expect, it } from "vitest";
import type { Case, Slide } from "../shell/wire";
import { askedWords, blockOf, isWaitedFor, namesOf, otherAwaited, stainsOf, waitedOf, workAskedWords, workWords } from "./orderwords";

const slide = (name: string, stain = "H&E", here = true): Slide => ({
  id: `id-${name}`, name, stain, container: "", expectation: here ? "here" : "expected", waived_reason: null, earlier_scans: [],
  scan: here ? { id: `scan-${name}`, generation: 1, state: "verified", identity: "matched", width: 1, height: 1, microns_per_pixel: null, objective: null, scanned_at: null, scanner: null } : null,
});
const caseWith = (...slides: Slide[]): Case => ({
  id: "c", revision: 14, state: "ready", number: "NG26-1", issuer: "lab", numbers: [], specialty: "skin", priority: "urgent", organisation: "", site: "",
  patient: { name: "", born: null, sex: null, record: "", record_issuer: "" }, received_at: "", due_at: null, ready_at: null, clocks: [], content: {},
  specimens: [{ id: "p", part: "A", specimen_type: "", site: "", macroscopic: null, blocks: [
    { id: "b", code: "A1", site: null, pieces: null, slides }, { id: "b2", code: "A2", site: null, pieces: null, slides: [slide("A2-1")] }] }],
  loose_slides: [], readings: [], draft: null, reports: [], banner: [],
});
const work = (id: string, before: string[], ...stains: string[]) => ({ work: id, block: "A1", recut: false, stains, before });

describe("extra work", () => {
  it("is waited for while one of its slides is not here", () => {
    const of = caseWith(slide("A1-1"), slide("A1-2", "CD3", false), slide("A1-3", "Ki-67"));
    expect(waitedOf(of, [work("w", ["id-A1-1"], "CD3", "Ki-67")]).map(({ slides }) => slides.map(({ name }) => name))).toEqual([["A1-2"]]);
    expect(isWaitedFor(of)).toBe(true);
  });
  it("is not waited for when all came or were waived", () => {
    const of = caseWith(slide("A1-1"), slide("A1-2", "CD3"), { ...slide("A1-3", "Ki-67", false), expectation: "waived" });
    expect(waitedOf(of, [work("w", ["id-A1-1"], "CD3", "Ki-67")])).toEqual([]);
    expect(isWaitedFor(of)).toBe(false);
  });
  it("does not take the slides of the block that had the same stain before", () => {
    const of = caseWith(slide("A1-1", "CD3", false), slide("A1-2", "CD3", false));
    const [only] = waitedOf(of, [work("w", ["id-A1-1"], "CD3")]);
    expect(only?.slides.map(({ name }) => name)).toEqual(["A1-2"]);
    expect(otherAwaited(of, only ? [only] : []).map(({ name }) => name)).toEqual(["A1-1"]);
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

describe("questions to colleagues", () => {
  it("say whether the report waits", () => {
    expect(askedWords("consult", "renal", false, 2)).toEqual({ title: "An expert's opinion is asked for: Renal.", text: "The report does not wait for it." });
    expect(askedWords("panel", "skin", true, 3)).toEqual({ title: "A panel of 3 is asked for.", text: "The report waits for it. You can write on." });
  });
});

it("slides are named by the case", () => expect(namesOf(caseWith(slide("A1-1")), ["id-A1-1", "gone"])).toBe("A1-1 H&E"));
