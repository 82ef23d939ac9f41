// Feeds OpenSeadragon with the tiles as the archive holds them. A tile that cannot be had fails with a word that says why.
import OpenSeadragon from "openseadragon";
import type { Scan } from "../shell/wire";
import { hasTile, placeOf, scaleOf, smallestFirst, sourceOf, tileAt, tilesOf } from "./geometry";

/** Why a tile is not there: its bytes are bad, the scanner made none, or the server does not answer. */
export type Missing = "damaged" | "absent" | "unreachable";

// A missing tile is hatched and counted on the page. OpenSeadragon's own line in the console says no more than that.
const library = OpenSeadragon as unknown as { console: Console };
const theirs = library.console;
library.console = Object.assign(Object.create(theirs) as Console, {
  error: (first: unknown, ...rest: unknown[]) => { if (!String(first).startsWith("Tile %s failed to load")) theirs.error(first, ...rest); },
});

const TRIES = 3, FIRST_WAIT_MS = 400;

interface Job {
  src: string; userData: { stop?: AbortController };
  finish: (data: unknown, request: unknown, kind: string) => void; fail: (why: string, request: unknown) => void;
}

/** The tile source of one generation of a scan. */
export function tileSourceOf(scan: Scan): OpenSeadragon.TileSource {
  const levels = smallestFirst(scan.levels);
  const full = levels.at(-1);
  if (!full) throw new Error(`scan ${scan.id} has no level to show`);
  const rect = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) =>
    new OpenSeadragon.Rect(x, y, width, height);
  const point = ({ x, y }: { x: number; y: number }) => new OpenSeadragon.Point(x, y);
  const options = {
    width: full.width, height: full.height, tileWidth: full.tile_width, tileHeight: full.tile_height,
    minLevel: 0, maxLevel: levels.length - 1,
    getLevelScale: (level: number) => scaleOf(levels, level),
    getNumTiles: (level: number) => point(tilesOf(levels, level)),
    getTileWidth: (level: number) => levels[level]?.tile_width ?? 0,
    getTileHeight: (level: number) => levels[level]?.tile_height ?? 0,
    getTileAtPoint: (level: number, at: { x: number; y: number }) => point(tileAt(levels, level, at.x, at.y)),
    getTileBounds: (level: number, x: number, y: number, isSource?: boolean) =>
      rect(isSource ? sourceOf(levels, level, x, y) : placeOf(levels, level, x, y)),
    tileExists: (level: number, x: number, y: number) => hasTile(levels, level, x, y),
    hasTransparency: () => false,
    getTileUrl: (level: number, x: number, y: number) => `${scan.tiles}/${levels[level]?.level ?? 0}/${x}/${y}`,
    downloadTileStart: (job: Job) => void download(job),
    downloadTileAbort: (job: Job) => job.userData.stop?.abort(),
  };
  return new OpenSeadragon.TileSource(options as unknown as OpenSeadragon.TileSourceOptions);
}

async function download(job: Job): Promise<void> {
  const stop = new AbortController();
  job.userData.stop = stop;
  const found = await fetchTile(job.src, stop.signal);
  if (stop.signal.aborted) return;
  if (typeof found === "string") job.fail(found, null);
  else job.finish(found, null, "rasterBlob");
}

/** The tile's bytes, or why there are none. Only silence is worth asking again. */
async function fetchTile(src: string, signal: AbortSignal): Promise<Blob | Missing> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(src, { signal, credentials: "same-origin", headers: { "X-Slideway": "1" } });
      if (answer.status === 204) return "absent";
      if (answer.ok) return await answer.blob();
      if (answer.status !== 503) return answer.status === 502 ? "damaged" : "unreachable";
    } catch {
      if (signal.aborted) return "unreachable";
    }
    if (attempt === TRIES) return "unreachable";
    await new Promise((resume) => { setTimeout(resume, FIRST_WAIT_MS * 2 ** attempt); });
  }
}
