// All there is to know about the case now: what has just happened first, then what stands, worst first.
import { minute } from "../shell/clock";
import { offlineSince } from "../shell/live";
import type { Case, Mark } from "../shell/wire";
import { time } from "../shell/words";
import { lostWords, stillWords } from "./claimwords";
import { type Notice, changed, claim, damaged, failure, said, shownScan, slide } from "./reading";
import { asking, toldAt } from "./still";

const RANK: Record<Mark, number> = { bad: 0, warn: 1, note: 2, wait: 3, go: 4, good: 5 };

export function noticesOf(of: Case): Notice[] {
  const news: Notice[] = [], standing: Notice[] = [...of.banner];
  const now = claim.value;
  if (now.kind === "lost") news.push({ mark: "bad", title: "You no longer hold this case.", text: lostWords(now) });
  const still = asking.value ? stillWords(now, toldAt.value, minute.value) : null;
  if (still) news.push(still);
  if (said.value) news.push(said.value);
  if (changed.value) news.push(changed.value);
  const at = slide.value;
  if (at?.scan && shownScan.value && at.scan.id !== shownScan.value.id) {
    standing.push({ mark: "note", title: `A new scan of ${at.name} is ready.`, text: "You stay on the scan you opened.", slide: at.id });
  }
  if (damaged.value) standing.push({ mark: "bad", title: `A part of slide ${damaged.value} is damaged.`, text: "The hatched area cannot be shown. Tell the lab before you sign." });
  if (offlineSince.value !== null) standing.push({ mark: "warn", title: `Offline since ${time(offlineSince.value)}.`, text: "What you write is kept on this page and sent when the server answers." });
  if (failure.value) standing.push({ mark: "warn", title: `${failure.value.title}.`, text: failure.value.text });
  return [...news, ...standing.sort((a, b) => RANK[a.mark] - RANK[b.mark])];
}
