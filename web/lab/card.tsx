// The card of a flagged scan: its heat map, its figures, and the decision.
import { useEffect, useState } from "preact/hooks";
import { inWords } from "../shell/api";
import { minute } from "../shell/clock";
import { ReasonDialog } from "../shell/dialog";
import { Button, Say } from "../shell/marks";
import type { Quality, TrayEntry } from "../shell/wire";
import { decide, qualityOf } from "./desk";
import { deadline, figures } from "./words";

export function Card({ entry }: { entry: TrayEntry | null }) {
  return (
    <section class="panel card" aria-label="Quality">
      <header><h2>Quality</h2><span class="q s">{entry ? "of the flagged scan" : "no scan is flagged"}</span></header>
      {entry?.scan ? <Flagged key={entry.id} entry={entry} scan={entry.scan} /> : <p class="pad q">Every scan is looked over after it can be read: focus, tissue left out, ink, blank glass. What is doubtful comes here.</p>}
    </section>
  );
}

function Flagged({ entry, scan }: { entry: TrayEntry; scan: string }) {
  const [quality, setQuality] = useState<Quality | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [asks, setAsks] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    qualityOf(scan, stop.signal).then(setQuality, (cause: unknown) => { if (!stop.signal.aborted) setRefusal(inWords(cause).title); });
    return () => stop.abort();
  }, [scan]);
  const act = (decision: "pass" | "rescan", reason: string) => decide(entry, decision, reason, quality);
  const pass = () => { act("pass", "").catch((cause: unknown) => setRefusal(inWords(cause).title)); };
  const left = deadline(entry, minute.value);
  return (
    <div class="flagged">
      <div class="stack">
        <h3>{entry.best_guess ? <span class="whole">{entry.best_guess.number} {entry.best_guess.name}</span> : "A slide nobody knows yet"}</h3>
        {quality?.flags.map((flag) => <p key={flag.code}><Say mark="warn">{flag.title}</Say></p>)}
        <p class="q">{entry.text}</p>
      </div>
      <HeatMap quality={quality} />
      {quality && <dl class="facts">{figures(quality).map(([name, figure]) => <><dt>{name}</dt><dd>{figure}</dd></>)}</dl>}
      {refusal && <p role="alert"><Say mark="bad">{refusal}</Say></p>}
      <div class="line">
        <Button kind="main" act={() => setAsks(true)} off={!entry.best_guess} why={entry.best_guess ? undefined : "Attach it to its slide first"}>Ask for a rescan</Button>
        <Button act={pass}>Let it pass</Button>
        <span class="grow" />{left.mark ? <Say mark={left.mark}>{left.text}</Say> : <span class="q s">{left.text}</span>}
      </div>
      {asks && <ReasonDialog title="Ask for a rescan" text="The scanner's people see the slide, the part that is blurred, and what you write. The case keeps its due time." label="What should they look after" action="Ask for a rescan" required close={() => setAsks(false)} act={(reason) => act("rescan", reason)} />}
    </div>
  );
}

function HeatMap({ quality }: { quality: Quality | null }) {
  const [broken, setBroken] = useState(false);
  if (!quality) return <span class="heat gap">Not here yet</span>;
  if (!quality.heat_map || broken) return <span class="heat gap">{broken ? "You may not see tissue of this scan" : "No heat map"}</span>;
  return (
    <figure class="heat">
      <img src={quality.heat_map} alt="Heat map of sharpness: red places are blurred, blue ones are sharp, ink is black" onError={() => setBroken(true)} />
      <figcaption class="q xs">Red to yellow is blurred, blue is sharp, black is ink</figcaption>
    </figure>
  );
}
