import { describe, expect, it } from "vitest";
import { cap, nameOf } from "./keys";

const press = (key: string, held: Partial<KeyboardEvent> = {}) => nameOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

describe("names of keys", () => {
  it("reads letters without regard to case", () => expect(press("N", { shiftKey: true })).toBe("n"));
  it("takes a sign as it is printed", () => expect(press("?", { shiftKey: true })).toBe("?"));
  it("keeps shift for named keys", () => expect(press("ArrowUp", { shiftKey: true })).toBe("shift+arrowup"));
  it("takes command for control", () => expect(press("Enter", { metaKey: true })).toBe("ctrl+enter"));
  it.each([["ctrl+enter", "Ctrl Enter"], ["n", "N"], ["+", "+"], ["escape", "Escape"]])("prints %s as %s", (on, text) =>
    expect(cap({ on: [on], says: "", act: () => undefined })).toBe(text));
});
