// The laboratory: what needs a person, the card of a flagged scan, the glasses each scanner must take again, extra work that is owed.
import { useEffect } from "preact/hooks";
import { Foot, Offline, Page } from "../shell/frame";
import { onChange } from "../shell/live";
import { Banner, Failed, Ghosts, Sign } from "../shell/marks";
import type { Mark } from "../shell/wire";
import { count } from "../shell/words";
import { Alarms } from "./alarms";
import { Card } from "./card";
import { alarms, chosen, entries, failure, load, owed, rescans } from "./desk";
import { OwedWork } from "./owed";
import { Rescans } from "./rescans";
import { Trays } from "./trays";
import "./lab.css";

const EVERY_MS = 10_000, GATHER_MS = 500;

export function LabPage() {
  useEffect(() => {
    let timer = 0;
    const stop = onChange(() => { clearTimeout(timer); timer = window.setTimeout(() => void load(), GATHER_MS); });
    const again = setInterval(() => void load(), EVERY_MS);
    void load();
    return () => { stop(); clearTimeout(timer); clearInterval(again); entries.value = failure.value = chosen.value = null; };
  }, []);
  return (
    <Page title="Lab" keys={[]}>
      <Said />
      <Foot><span>A flagged scan can be read all the while; nobody's clock is stopped.</span></Foot>
    </Page>
  );
}

function Said() {
  const rows = entries.value;
  if (!rows) return <main class="lab-alone">{failure.value ? <Failed {...failure.value} again={() => void load()} /> : <Ghosts lines={9} />}</main>;
  const flagged = rows.filter((row) => row.kind === "quality");
  const open = flagged.find((row) => row.id === chosen.value) ?? flagged[0] ?? null;
  return (
    <>
      <Offline what="The trays are from before." />
      {failure.value && <Banner mark="warn" title={`${failure.value.title}.`} text="The trays are from before. We try again every 10 s." />}
      <main class="lab">
        <h1 class="hide">Lab</h1>
        <div class="states">
          <State mark={rows.length > 0 ? "note" : "good"} title={`${count(rows.length, "slide")} need${rows.length === 1 ? "s" : ""} a person`} text="in four trays" />
          <State mark={flagged.length > 0 ? "warn" : "good"} title={`${count(flagged.length, "scan")} of doubtful quality`} text="pass, or ask for a rescan" />
          <State mark={rescans.value.length > 0 ? "go" : "good"} title={`${count(rescans.value.length, "rescan")} asked for`} text="on the scanners' lists" />
        </div>
        <Alarms rows={alarms.value} />
        <Card entry={open} />
        <Trays rows={rows} open={open?.id ?? null} />
        <div class="right"><Rescans rows={rescans.value} /><OwedWork rows={owed.value} /></div>
      </main>
    </>
  );
}

function State({ mark, title, text }: { mark: Mark; title: string; text: string }) {
  return <section class="panel state"><Sign mark={mark} /><div><h2>{title}</h2><p class="q s">{text}</p></div></section>;
}
