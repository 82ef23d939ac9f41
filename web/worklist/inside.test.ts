import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Row } from "../shell/wire";
import { forgetInside, known, look } from "./inside";

const row = (of: string, here = 1) => ({ case: of, state: "waiting", mine: false, flags: [], priority: "routine", due_at: null,
  slides: { here, expected: 2, waived: 0, in_tray: 0 } }) as unknown as Row;
const never = new AbortController().signal;
const serves = (status: number) => {
  const asked = vi.fn(async (url: string) => new Response(JSON.stringify({ id: url, title: "No" }), { status }));
  vi.stubGlobal("fetch", asked);
  return asked;
};

beforeEach(() => forgetInside(null));
afterEach(() => vi.unstubAllGlobals());

describe("the case behind a row", () => {
  it("is known once it was looked at, until the row changes", async () => {
    serves(200);
    expect(known(row("a"))).toBeUndefined();
    await look(row("a"), never);
    expect(known(row("a"))?.id).toBe("/api/v1/cases/a");
    expect(known(row("a", 2))).toBeUndefined();
  });
  it("is asked for again when the server says that it changed, and only that one", async () => {
    serves(200);
    await look(row("a"), never);
    await look(row("b"), never);
    forgetInside({ kind: "case", case: "a", reading: null, scan: null, at: "" });
    expect([known(row("a")), known(row("b"))?.id]).toEqual([undefined, "/api/v1/cases/b"]);
  });
  it.each([403, 404])("is an answer when the server says %d", async (status) => {
    serves(status);
    expect(await look(row("a"), never)).toBeNull();
    expect(known(row("a"))).toBeNull();
  });
  it("is not taken as known when the server failed", async () => {
    serves(500);
    await expect(look(row("a"), never)).rejects.toThrow();
    expect(known(row("a"))).toBeUndefined();
  });
  it("is kept for 40 cases at most, the newest", async () => {
    serves(200);
    for (let n = 0; n < 41; n++) await look(row(String(n)), never);
    expect([known(row("0")), known(row("40"))?.id]).toEqual([undefined, "/api/v1/cases/40"]);
  });
});
