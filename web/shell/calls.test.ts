import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session, Urgent } from "./wire";

const START = Date.parse("2026-11-17T09:42:00Z");
const someone = (pathologist: boolean): Session => ({
  name: "X", role: pathologist ? "pathologist" : "manager", organisation: "", site: "", demo: true, now: "",
  pathologist: pathologist ? { id: "me", presence: "available", held: 0, capacity: 6, specialties: [] } : null,
});
const waiting = { reading: "r", case: "c", number: "NG26-1", issuer: "lab", specialty: "skin", site: "Northgate", ready_at: null, due_at: "2026-11-17T10:00:00Z" };
const urgent = (more: Partial<Urgent> = {}): Urgent => ({ now: new Date(Date.now()).toISOString(), waiting: [], offered: [], ...more });

/** The module as it starts, with a server that gives `answer`; `asked` are the paths it was asked for. */
async function begun(answer: () => Response, who: Session | null = someone(true)) {
  vi.resetModules();
  vi.useFakeTimers({ now: START });
  const asked: string[] = [], went: string[] = [];
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("location", { pathname: "/", search: "", origin: "http://x" });
  vi.stubGlobal("history", { pushState: (_: unknown, __: string, to: string) => went.push(to) });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("document", { addEventListener: () => undefined, hidden: false });
  const heard = new Map<string, (event: { data: string }) => void>();
  vi.stubGlobal("EventSource", class { addEventListener(name: string, listen: (event: { data: string }) => void) { heard.set(name, listen); } close() { return undefined; } });
  vi.stubGlobal("fetch", async (path: string) => { asked.push(path); return answer(); });
  const { session } = await import("./session");
  const calls = await import("./calls");
  const live = await import("./live");
  session.value = who;
  live.listen();
  const change = (kind: string) => heard.get("change")?.({ data: JSON.stringify({ kind }) });
  return { asked, went, calls, change, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(() => vi.useRealTimers());
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });

describe("the question what calls", () => {
  it("is put once somebody reads, and shown", async () => {
    const { asked, calls, pass } = await begun(() => json(urgent({ waiting: [waiting] })));
    await pass(250);
    expect(asked).toEqual(["/api/v1/worklist/urgent"]);
    expect(calls.calls.value.map(({ key }) => key)).toEqual(["r"]);
  });
  it("is put once for many changes of the worklist, two seconds after the last", async () => {
    const { asked, change, pass } = await begun(() => json(urgent()));
    await pass(250);
    for (let n = 0; n < 5; n++) { change("worklist"); change("scan"); await pass(100); }
    expect(asked).toHaveLength(1);
    await pass(2_000);
    expect(asked).toHaveLength(2);
    change("scan");
    await pass(10_000);
    expect(asked).toHaveLength(2);
  });
  it("is not put for who is no pathologist", async () => {
    const { asked, pass } = await begun(() => json(urgent()), someone(false));
    await pass(10_000);
    expect(asked).toEqual([]);
  });
  it("is put again when an offer has run out", async () => {
    const offer = { ...waiting, claim: "k", fence: 1, priority: "routine" as const, until: new Date(START + 60_000).toISOString() };
    const { asked, calls, pass } = await begun(() => json(urgent({ offered: [offer] })));
    await pass(59_000);
    expect([asked.length, calls.calls.value.length]).toEqual([1, 1]);
    await pass(3_000);
    expect([asked.length, calls.calls.value.length]).toEqual([2, 0]);
  });
  it("is not put again where there is no such door, and nothing is said", async () => {
    const { asked, calls, pass } = await begun(() => json({ code: "not_found" }, 404));
    await pass(250);
    expect([asked.length, calls.calls.value, calls.told.value]).toEqual([1, [], null]);
  });
});

describe("a press", () => {
  it("says calmly who was faster, and asks again", async () => {
    const { asked, went, calls, pass } = await begun(() => json({ code: "taken", title: "Someone claimed it a moment ago.", holder: "Dr SECOND Omar" }, 409));
    await calls.take(waiting);
    expect([calls.told.value, went]).toEqual(["NG26-1 is with Dr SECOND Omar.", []]);
    await pass(2_500);
    expect(asked.at(-1)).toBe("/api/v1/worklist/urgent");
    await pass(12_000);
    expect(calls.told.value).toBeNull();
  });
  it("opens what it took", async () => {
    const { went, calls } = await begun(() => json({ id: "k", case: "c" }, 201));
    await calls.take(waiting);
    expect(went).toEqual(["/read/c"]);
  });
  it("takes nothing while a draft is not saved", async () => {
    const { asked, calls } = await begun(() => json({ id: "k", case: "c" }, 201));
    const { beforeLeaving } = await import("./leaving");
    beforeLeaving(async () => false);
    await calls.take(waiting);
    expect(asked).toEqual([]);
    expect(calls.told.value).toMatch(/^Your draft is not saved yet/);
  });
});
