// The geometry of a scan's native levels, of any ratio and tile size. Pure; tested without a browser.
//
//   OpenSeadragon's level 0 is the smallest picture, the scan's level 0 is the largest: `levels` here is smallest first.
//   Every level covers the whole slide, so a tile's place is measured per axis: column * tile width / level width.
//   Edge tiles are whole tiles on the wire; `sourceOf` says which part of one is slide and which is padding.
import type { Level } from "../shell/wire";

export interface Box { x: number; y: number; width: number; height: number }

/** Smallest first, one level a width: a level that repeats a size adds nothing to see. */
export function smallestFirst(levels: Level[]): Level[] {
  const ordered = [...levels].sort((a, b) => a.width - b.width);
  return ordered.filter((level, at) => level.width > 0 && level.height > 0 && level.width !== ordered[at - 1]?.width);
}

/** Pixels of this level per pixel of the largest one. */
export function scaleOf(levels: Level[], level: number): number {
  const full = levels.at(-1), at = levels[level];
  return full && at ? at.width / full.width : 0;
}

/** Columns and rows of tiles. */
export function tilesOf(levels: Level[], level: number): { x: number; y: number } {
  const at = levels[level];
  if (!at) return { x: 0, y: 0 };
  return { x: Math.ceil(at.width / at.tile_width), y: Math.ceil(at.height / at.tile_height) };
}

/** True for a tile inside the level's grid. */
export function hasTile(levels: Level[], level: number, x: number, y: number): boolean {
  const tiles = tilesOf(levels, level);
  return x >= 0 && y >= 0 && x < tiles.x && y < tiles.y;
}

/** Where the tile lies, in units of the slide's width: 0..1 across, 0..height/width down. */
export function placeOf(levels: Level[], level: number, x: number, y: number): Box {
  const full = levels.at(-1), at = levels[level];
  if (!full || !at) return { x: 0, y: 0, width: 0, height: 0 };
  const source = sourceOf(levels, level, x, y);
  const tall = full.height / full.width;
  return {
    x: (x * at.tile_width) / at.width, y: ((y * at.tile_height) / at.height) * tall,
    width: source.width / at.width, height: (source.height / at.height) * tall,
  };
}

/** The part of the tile's own picture that is slide; the rest is padding and is never drawn. */
export function sourceOf(levels: Level[], level: number, x: number, y: number): Box {
  const at = levels[level];
  if (!at) return { x: 0, y: 0, width: 0, height: 0 };
  return {
    x: 0, y: 0,
    width: Math.min(at.tile_width, at.width - x * at.tile_width),
    height: Math.min(at.tile_height, at.height - y * at.tile_height),
  };
}

/** The tile under a point (0..1, 0..height/width); points on the far edges belong to the last tile. */
export function tileAt(levels: Level[], level: number, x: number, y: number): { x: number; y: number } {
  const full = levels.at(-1), at = levels[level];
  if (!full || !at) return { x: 0, y: 0 };
  const tiles = tilesOf(levels, level);
  const clamp = (value: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(value)));
  const down = (y * full.width * at.height) / full.height;
  return { x: clamp((x * at.width) / at.tile_width, tiles.x), y: clamp(down / at.tile_height, tiles.y) };
}

/** The level that is drawn when one pixel of the largest level takes `zoom` device pixels. */
export function drawnLevel(levels: Level[], zoom: number, minPixelRatio: number): number {
  for (let level = levels.length - 1; level > 0; level--) {
    if (zoom / scaleOf(levels, level) >= minPixelRatio) return level;
  }
  return 0;
}
