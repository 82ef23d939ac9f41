import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem, inWords, newKey, press, read, send, whenNoSession } from "./api";

const answer = (status: number, body?: unknown) => new Response(body === undefined ? null : JSON.stringify(body), { status });
afterEach(() => { vi.unstubAllGlobals(); whenNoSession(() => undefined); });

describe("the door to the server", () => {
  it("turns problem+json into words and a code", async () => {
    vi.stubGlobal("fetch", async () => answer(409, { title: "You are away", detail: "Say so first.", code: "away", more: 1 }));
    const problem = await send("POST", "/x", {}).catch((cause: unknown) => cause) as Problem;
    expect([problem.code, problem.status, problem.extra["more"]]).toEqual(["away", 409, 1]);
    expect(inWords(problem)).toEqual({ title: "You are away", text: "Say so first." });
  });
  it("has words for an answer that is not JSON", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
    await expect(read("/x")).rejects.toThrow("The server could not do this");
  });
  it("calls silence a problem of status 0", async () => {
    vi.stubGlobal("fetch", async () => { throw new TypeError("failed"); });
    await expect(read("/x")).rejects.toMatchObject({ status: 0, code: "offline" });
  });
  it("tells when nobody is signed in", async () => {
    const heard = vi.fn();
    whenNoSession(heard);
    vi.stubGlobal("fetch", async () => answer(401, { title: "No one is signed in", code: "no_session" }));
    await expect(read("/session")).rejects.toThrow();
    expect(heard).toHaveBeenCalledOnce();
  });
  it("marks every change with a key and our header", async () => {
    const asked = vi.fn(async (_url: string, _init: RequestInit) => answer(204));
    vi.stubGlobal("fetch", asked);
    await send("POST", "/claims/1/release", { fence: 3 });
    const headers = asked.mock.calls[0]?.[1].headers as Record<string, string>;
    expect(headers["X-Slideway"]).toBe("1");
    expect(headers["Idempotency-Key"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
  it("keeps the key of a press without an answer, and no longer", async () => {
    const keys: string[] = [];
    let silent = true;
    vi.stubGlobal("fetch", async (_url: string, { headers }: RequestInit) => {
      keys.push((headers as Record<string, string>)["Idempotency-Key"] ?? "");
      if (silent) throw new TypeError("failed");
      return answer(204);
    });
    await expect(press("/x", { n: 1 })).rejects.toMatchObject({ status: 0 });
    silent = false;
    await press("/x", { n: 1 });
    await press("/x", { n: 1 });
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[1]);
  });
  it("never makes the same key twice", () => expect(newKey()).not.toBe(newKey()));
});
