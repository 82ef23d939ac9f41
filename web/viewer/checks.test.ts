import { describe, expect, it } from "vitest";
import type { Case, Slide } from "../shell/wire";
import { changesBetween, checksOf, codeOf, isCompared, ticksOf, unreadGlass } from "./checks";
import { claimWords, lostWords } from "./claimwords";

const slide = (name: string, more: Partial<Slide> = {}): Slide => ({
  id: `id-${name}`, name, stain: "H&E", container: "", expectation: "here", waived_reason: null, earlier_scans: [],
  scan: { id: `scan-${name}`, generation: 1, state: "verified", identity: "matched", width: 1, height: 1, microns_per_pixel: null, objective: null, scanned_at: null, scanner: null },
  ...more,
});
const missing = slide("A2-2", { stain: "Ki-67", expectation: "expected", scan: null });
const caseWith = (...slides: Slide[]): Case => ({
  id: "c", revision: 14, state: "partial", number: "NG26-1", issuer: "lab", numbers: [], specialty: "skin", priority: "urgent", organisation: "", site: "",
  patient: { name: "", born: null, sex: null, record: "", record_issuer: "" }, received_at: "", due_at: null, ready_at: null, clocks: [], content: {},
  specimens: [{ id: "p", part: "A", specimen_type: "", site: "", macroscopic: null, blocks: [{ id: "b", code: "A1", site: null, pieces: null, slides }] }],
  loose_slides: [], readings: [], draft: null, reports: [], extra_work: [], glass: [], banner: [],
});
const said = (of: Case, ...opened: string[]) => checksOf(of, new Set(opened)).map((check) => `${check.mark} ${check.text}`);

describe("before you sign", () => {
  it("counts matched, not opened and expected", () => expect(said(caseWith(slide("A1-1"), slide("A1-2"), missing), "scan-A1-1")).toEqual([
    "good 2 slides matched, none contradicted", "warn 1 slide not opened: A1-2", "wait 1 slide expected: A2-2 Ki-67"]));
  it("blocks on damage and on a contradiction", () => {
    const bad = slide("A1-1", { scan: { ...slide("A1-1").scan!, state: "damaged", identity: "contradicted" } });
    expect(said(caseWith(bad), "scan-A1-1").filter((text) => text.startsWith("bad"))).toHaveLength(2);
  });
  it("names what is to be read on glass", () => {
    const checks = checksOf(caseWith(slide("A1-1")), new Set(["scan-A1-1"]), new Set(["id-A1-1"]));
    expect(checks.map(({ text }) => text)).toContain("1 slide to be read on glass: A1-1");
  });
  it("blocks on a case without slides", () => expect(said(caseWith(missing))[0]).toBe("bad No slide is here yet"));
  it("asks a tick for each missing slide and for what the server adds, once", () => {
    const ticks = ticksOf(caseWith(slide("A1-1"), missing), ["expected:id-A2-2", "waived:id-A1-1"]);
    expect(ticks.map(({ key }) => key)).toEqual(["expected:id-A2-2", "waived:id-A1-1"]);
    expect(ticks[0]?.text).toBe("I sign without A2-2 Ki-67, which is still expected");
  });
});

describe("what a signature says beside the text", () => {
  const [first, second, consult, audit] = [{ kind: "primary", cause: "order" }, { kind: "second_before_release", cause: "rule" }, { kind: "consult", cause: "asked" }, { kind: "audit", cause: "sample" }] as const;
  it("compares further readings that are not blind", () => {
    expect([first, second, consult, audit, null].map(isCompared)).toEqual([false, true, false, false, false]);
    expect(isCompared({ kind: "audit", cause: "arbitration" })).toBe(true);
  });
  it("has a code where the blind reading is compared by it", () => {
    expect([first, second, consult, audit, null].map(codeOf)).toEqual(["may", "none", "none", "must", "none"]);
  });
});

it("only the glass of one's own reading is awaited, until it is read", () => {
  const glass = (reading: string, read_at: string | null) => ({ reading, slide: reading, name: "", stain: "", reason: "", deferred_by: "", deferred_at: "", deadline_at: "", read_at });
  const of = { ...caseWith(slide("A1-1")), glass: [glass("mine", null), glass("mine", "2026-11-17T09:00:00Z"), glass("other", null)] };
  expect(unreadGlass(of, "mine")).toEqual([glass("mine", null)]);
});

describe("changed since you looked", () => {
  it("names what arrived", () => expect(changesBetween(caseWith(missing), caseWith({ ...missing, scan: slide("A2-2").scan }))[0]?.text).toBe("A2-2 Ki-67 arrived"));
  it("names a new scan", () => {
    const again = slide("A1-1", { scan: { ...slide("A1-1").scan!, id: "scan-2" } });
    expect(changesBetween(caseWith(slide("A1-1")), caseWith(again))[0]?.text).toBe("a new scan of A1-1 H&E is ready");
  });
  it("is silent when nothing changed", () => expect(changesBetween(caseWith(slide("A1-1")), caseWith(slide("A1-1")))).toEqual([]));
});

describe("the claim in words", () => {
  const now = new Date(2026, 10, 17, 9, 42).getTime();
  const held = { kind: "mine", id: "", fence: 1, lease_until: new Date(now + 58_000).toISOString(), begun: false, hold_until: null, silent: false } as const;
  it("renews, loses contact, is held", () => {
    expect(claimWords(held, null, now).text).toBe("Yours, renewing");
    expect(claimWords({ ...held, silent: true }, null, now)).toMatchObject({ mark: "warn", text: "No contact, returns in 58 s" });
    expect(claimWords({ ...held, begun: true }, null, now).text).toBe("Held, draft saved");
  });
  it("says where a lost case went", () => {
    const at = new Date(2026, 10, 17, 9, 38).toISOString();
    expect(lostWords({ holder: "Dr SECOND Omar", at })).toBe("It went to Dr SECOND Omar at 09:38. Your draft is kept and read-only.");
    expect(lostWords({ holder: null, at })).toBe("It returned to the list at 09:38. Your draft is kept and read-only.");
  });
});
