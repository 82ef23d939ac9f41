// Which small picture stands for a scan: its own thumbnail, else the whole of its smallest level. Pure.
import type { Level } from "./wire";

/** Most pixels of a level that is asked for as one picture; a scan with no smaller level has no picture. */
const MOST_PIXELS = 2048 * 2048;

/** Where the scanner's own thumbnail is; `again` makes a browser ask anew after a refusal. */
export function thumbnailOf(scan: string, again = 0): string {
  return `/api/v1/scans/${scan}/associated/thumbnail${again > 0 ? `?again=${again}` : ""}`;
}

/** Where a picture of the whole smallest level is, for a scan without a thumbnail; null when even that level is too large. */
export function wholeOf(scan: string, levels: Level[]): string | null {
  const least = [...levels].sort((a, b) => a.width * a.height - b.width * b.height)[0];
  if (!least || least.width * least.height > MOST_PIXELS) return null;
  return `/api/v1/scans/${scan}/region?x=0&y=0&w=${least.width}&h=${least.height}&level=${least.level}`;
}
