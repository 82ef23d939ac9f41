import { describe, expect, it } from "vitest";
import type { Level } from "../shell/wire";
import { drawnLevel, hasTile, placeOf, scaleOf, smallestFirst, sourceOf, tileAt, tilesOf } from "./geometry";

const level = (at: number, width: number, height: number, tile_width: number, tile_height = tile_width): Level =>
  ({ level: at, width, height, tile_width, tile_height, scale: 1 });
// Ratios 2.7 and 9.0, three tile sizes, none of them a power of two, as real files have them.
const NATIVE = [level(0, 2220, 2967, 240), level(1, 822, 1099, 256, 200), level(2, 247, 330, 512)];
const levels = smallestFirst(NATIVE);

describe("levels of any ratio", () => {
  it("stand smallest first and keep their native numbers", () => expect(levels.map((each) => each.level)).toEqual([2, 1, 0]));
  it("drop a level that repeats a size", () => expect(smallestFirst([...NATIVE, level(3, 822, 1099, 64)])).toHaveLength(3));
  it("scale against the largest", () => {
    expect(scaleOf(levels, 2)).toBe(1);
    expect(scaleOf(levels, 1)).toBeCloseTo(822 / 2220);
  });
  it("count tiles, partial ones too", () => {
    expect([0, 1, 2].map((at) => tilesOf(levels, at))).toEqual([{ x: 1, y: 1 }, { x: 4, y: 6 }, { x: 10, y: 13 }]);
  });
  it("know where the grid ends", () => {
    expect(hasTile(levels, 2, 9, 12)).toBe(true);
    expect([hasTile(levels, 2, 10, 0), hasTile(levels, 2, 0, 13), hasTile(levels, 2, -1, 0), hasTile(levels, 7, 0, 0)]).toEqual([false, false, false, false]);
  });
});

describe("edge tiles", () => {
  it("show only what is slide, never the padding", () => {
    expect(sourceOf(levels, 2, 9, 12)).toEqual({ x: 0, y: 0, width: 60, height: 87 });
    expect(sourceOf(levels, 0, 0, 0)).toEqual({ x: 0, y: 0, width: 247, height: 330 });
    expect(sourceOf(levels, 1, 0, 0)).toEqual({ x: 0, y: 0, width: 256, height: 200 });
  });
  it.each([0, 1, 2])("of level %d close the slide exactly", (at) => {
    const tiles = tilesOf(levels, at);
    const last = placeOf(levels, at, tiles.x - 1, tiles.y - 1);
    expect(last.x + last.width).toBeCloseTo(1, 12);
    expect(last.y + last.height).toBeCloseTo(2967 / 2220, 12);
  });
  it("touch without gap or overlap", () => {
    const a = placeOf(levels, 1, 1, 2), b = placeOf(levels, 1, 2, 3);
    expect(a.x + a.width).toBeCloseTo(b.x, 12);
    expect(a.y + a.height).toBeCloseTo(b.y, 12);
  });
});

describe("points and levels", () => {
  it("find the tile they lie in, the far edges too", () => {
    expect(tileAt(levels, 2, 0, 0)).toEqual({ x: 0, y: 0 });
    expect(tileAt(levels, 2, 1, 2967 / 2220)).toEqual({ x: 9, y: 12 });
    const place = placeOf(levels, 1, 2, 3);
    expect(tileAt(levels, 1, place.x + place.width / 2, place.y + place.height / 2)).toEqual({ x: 2, y: 3 });
  });
  it("draw the level whose pixels are large enough", () => {
    expect(drawnLevel(levels, 1, 0.8)).toBe(2);
    expect(drawnLevel(levels, 0.37, 0.8)).toBe(1);
    expect(drawnLevel(levels, 0.05, 0.8)).toBe(0);
  });
});
