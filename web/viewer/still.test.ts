import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const listeners = new Map<string, () => void>();

async function watched() {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", (way: string, note: () => void) => { listeners.set(way, note); });
  vi.stubGlobal("removeEventListener", (way: string) => { listeners.delete(way); });
  const still = await import("./still");
  const answer = vi.fn();
  const stop = still.watch(answer);
  return { still, answer, stop };
}

beforeEach(() => listeners.clear());
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });

describe("still reading", () => {
  it("is active once for each movement", async () => {
    const { still } = await watched();
    still.told(still.hasMoved());
    expect(still.hasMoved()).toBe(false);
    listeners.get("wheel")?.();
    expect(still.hasMoved()).toBe(true);
  });
  it("stays active until a heartbeat has arrived", async () => {
    const { still } = await watched();
    expect([still.hasMoved(), still.hasMoved()]).toEqual([true, true]);
  });
  it("is asked after 15 minutes and answered by any movement", async () => {
    const { still, answer } = await watched();
    still.told(true);
    vi.advanceTimersByTime(still.ASK_MS - 5_000);
    expect(still.asking.value).toBe(false);
    listeners.get("pointermove")?.();
    expect(answer).not.toHaveBeenCalled();
    still.told(true);
    vi.advanceTimersByTime(still.ASK_MS + 5_000);
    still.told(false);
    expect(still.asking.value).toBe(true);
    listeners.get("keydown")?.();
    expect(answer).toHaveBeenCalledOnce();
    still.told(true);
    expect(still.asking.value).toBe(false);
  });
  it("hears nothing after it is stopped", async () => {
    const { stop } = await watched();
    stop();
    expect(listeners.size).toBe(0);
  });
});
