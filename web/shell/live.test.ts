import { beforeEach, describe, expect, it, vi } from "vitest";

type Heard = (event: { data: string }) => void;

/** What a browser's EventSource is to us: names and their listeners. */
class Stream {
  static last: Stream;
  readonly listeners = new Map<string, Heard>();
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) { Stream.last = this; }
  addEventListener(name: string, listen: Heard) { this.listeners.set(name, listen); }
  close() { this.closed = true; }
  say(name: string, data: unknown = {}) { this.listeners.get(name)?.({ data: JSON.stringify(data) }); }
}

async function opened() {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("document", { addEventListener: () => undefined, hidden: false });
  const live = await import("./live");
  const heard = vi.fn();
  live.onChange(heard);
  live.listen();
  return { live, heard };
}

describe("the stream of changes", () => {
  beforeEach(() => vi.useRealTimers());
  it("tells each change as it is", async () => {
    const { heard } = await opened();
    Stream.last.say("change", { kind: "case", case: "1" });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ kind: "case", case: "1" });
  });
  it("says to read everything again when the server asks for it", async () => {
    const { heard } = await opened();
    Stream.last.say("reload");
    expect(heard).toHaveBeenCalledExactlyOnceWith(null);
  });
  it("says to read everything again after a gap, and not at the first hello", async () => {
    const { live, heard } = await opened();
    Stream.last.say("hello", { now: new Date().toISOString() });
    expect(heard).not.toHaveBeenCalled();
    const first = Stream.last;
    first.onerror?.();
    expect([first.closed, live.offlineSince.value !== null]).toEqual([true, true]);
    vi.advanceTimersByTime(1_000);
    expect(Stream.last).not.toBe(first);
    Stream.last.say("hello", { now: new Date().toISOString() });
    expect(heard).toHaveBeenCalledExactlyOnceWith(null);
    expect(live.offlineSince.value).toBeNull();
  });
  it("passes over a line that is no JSON", async () => {
    const { heard } = await opened();
    Stream.last.listeners.get("change")?.({ data: "{" });
    expect(heard).not.toHaveBeenCalled();
  });
});
