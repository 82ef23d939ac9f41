import { describe, expect, it } from "vitest";
import { thumbnailOf, wholeOf } from "./pictures";

const level = (n: number, width: number, height: number) => ({ level: n, width, height, tile_width: 256, tile_height: 256, scale: 1 });

describe("the picture of a scan", () => {
  it("is asked for anew under another address", () => expect(thumbnailOf("a", 2)).not.toBe(thumbnailOf("a")));
  it("is the smallest level when there is no thumbnail", () => {
    expect(wholeOf("a", [level(0, 40_000, 30_000), level(1, 625, 469)])).toBe("/api/v1/scans/a/region?x=0&y=0&w=625&h=469&level=1");
  });
  it("is nothing when the smallest level is a whole slide", () => expect(wholeOf("a", [level(0, 40_000, 30_000)])).toBeNull());
  it("is nothing without levels", () => expect(wholeOf("a", [])).toBeNull());
});
