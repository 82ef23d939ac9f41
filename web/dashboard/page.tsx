// The dashboard: what came in, what waits, what went out, now. Read again on every change and each ten seconds.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Problem, inWords, read } from "../shell/api";
import { learn } from "../shell/clock";
import { Foot, Offline, Page } from "../shell/frame";
import { heard, onChange } from "../shell/live";
import { Banner, Failed, Ghosts } from "../shell/marks";
import type { Measures } from "../shell/wire";
import { date, time } from "../shell/words";
import { Coverage } from "./coverage";
import { Hours } from "./hours";
import { Numbers } from "./numbers";
import { Scanners } from "./scanners";
import { Stages } from "./stages";
import { Stand } from "./stand";
import "./dashboard.css";

const EVERY_MS = 10_000, GATHER_MS = 500;
const measures = signal<Measures | null>(null);
const failure = signal<{ title: string; text: string } | null>(null);

async function load(): Promise<void> {
  try {
    const found = await read<Measures>("/measures/now");
    learn(found.now);
    heard();
    measures.value = found;
    failure.value = null;
  } catch (cause) {
    if (!(cause instanceof Problem && cause.status === 401)) failure.value = inWords(cause);
  }
}

export function DashboardPage() {
  useEffect(() => {
    let timer = 0;
    const stop = onChange(() => { clearTimeout(timer); timer = window.setTimeout(() => void load(), GATHER_MS); });
    const again = setInterval(() => void load(), EVERY_MS);
    void load();
    return () => { stop(); clearTimeout(timer); clearInterval(again); measures.value = failure.value = null; };
  }, []);
  return (
    <Page title="Now · Dashboard" keys={[]}>
      <Said />
      <Foot><span>Counts of today are of this installation; "now" is the moment of the last reading.</span></Foot>
    </Page>
  );
}

function Said() {
  const of = measures.value;
  if (!of) return <main class="db-alone">{failure.value ? <Failed {...failure.value} again={() => void load()} /> : <Ghosts lines={9} />}</main>;
  return (
    <>
      <div class="sub"><h1>Now</h1><span class="grow" /><span class="q s">Counts since {time(of.since)}, {date(of.since, Date.parse(of.now))}. Read at {time(of.now)}.</span></div>
      <Offline what={`The numbers are from ${time(of.now)}.`} />
      {failure.value && <Banner mark="warn" title={`${failure.value.title}.`} text={`The numbers are from ${time(of.now)}. We try again every 10 s.`} />}
      <main class="db"><Numbers of={of} /><Stand of={of} /><Stages of={of} /><Hours of={of} /><Scanners of={of} /><Coverage of={of} /></main>
    </>
  );
}
