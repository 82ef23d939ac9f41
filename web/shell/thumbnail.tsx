// The small picture of a scan in lists of slides, or a word in its place. Never an empty frame.
import { useEffect, useRef, useState } from "preact/hooks";
import { read } from "./api";
import { thumbnailOf, wholeOf } from "./pictures";
import type { Scan } from "./wire";

const TRIES = 3, WAIT_MS = 700, MOST_KEPT = 500;
/** What stands for the scans that have no thumbnail, so that each is found out once. Emptied at 500 scans. */
const instead = new Map<string, string | null>();

export function Thumbnail({ scan, alt, none }: { scan: string; alt: string; none: string }) {
  const [src, setSrc] = useState<string | null>(() => instead.has(scan) ? instead.get(scan) ?? null : thumbnailOf(scan));
  const tries = useRef(0), here = useRef(true);
  useEffect(() => () => { here.current = false; }, []);
  const missed = async () => {
    const next = src === instead.get(scan) ? null : await another(scan, ++tries.current);
    if (here.current) setSrc(next);
  };
  return src ? <img src={src} alt={alt} onError={() => void missed()} /> : <span class="gap whole">{none}</span>;
}

/** A thumbnail that exists was only not made in time; one that does not is replaced by the smallest level. */
async function another(scan: string, tries: number): Promise<string | null> {
  const found = await read<Scan>(`/scans/${scan}`).catch(() => null);
  if (!found) return null;
  if (!found.associated.includes("thumbnail")) {
    if (instead.size >= MOST_KEPT) instead.clear();
    instead.set(scan, wholeOf(scan, found.levels));
    return instead.get(scan) ?? null;
  }
  if (tries > TRIES) return null;
  await new Promise((resume) => { setTimeout(resume, WAIT_MS * tries); });
  return thumbnailOf(scan, tries);
}
