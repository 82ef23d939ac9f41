// The reading page: the case's identity above, its slides left, tissue in the middle, the report right.
import { useEffect, useState } from "preact/hooks";
import { takeNext } from "../shell/claims";
import { Page } from "../shell/frame";
import { beforeLeaving } from "../shell/leaving";
import { onChange } from "../shell/live";
import { Button, Failed, Ghosts, Say } from "../shell/marks";
import { caseOf, path } from "../shell/router";
import type { Case } from "../shell/wire";
import { forgetAfter } from "./after";
import { Identity, NoticeLine } from "./identity";
import { noticesOf } from "./notices";
import { Opened, type Opening } from "./opened";
import { caseKeys, fieldKeys } from "./pagekeys";
import { beat, claim, failure, forgetCase, loaded, openCase, reading, refresh, said, saveLast, savedAll, shownScan, slide } from "./reading";
import { type Acts, ReportPanel } from "./report";
import { Stage } from "./stage";
import { Tray } from "./tray";
import "./viewer.css";

const GATHER_MS = 300;
const ENDED = ["signed", "released", "handed"];

export function ViewerPage({ of }: { of: string }) {
  const [open, setOpen] = useState<Opening | null>(null);
  const [plates, setPlates] = useState(true);
  useCase(of);
  const whenMine = (what: Opening) => () => { if (claim.value.kind === "mine") setOpen(what); };
  const acts: Acts = {
    sign: whenMine("sign"), release: whenMine("release"), work: whenMine("work"), handOver: whenMine("handover"), more: whenMine("more"),
    claim: () => { if (claim.value.kind === "none" && reading.value?.state === "waiting") setOpen("claim"); },
    next: () => { if (ENDED.includes(claim.value.kind)) void goOn(of); },
    open: setOpen,
  };
  const at = loaded.value;
  const keys = [...fieldKeys(), ...caseKeys(acts, () => setPlates((was) => !was))];
  return (
    <Page title={at?.number ?? "Case"} top={false} keys={keys}>
      {at ? <Reading of={at} acts={acts} plates={plates} /> : <NotYet of={of} next={acts.next} />}
      {at && <Opened at={open} of={at} open={setOpen} close={() => setOpen(null)} />}
    </Page>
  );
}

/** Takes the next case; it may be this very one, just released, and is then opened from nothing. */
async function goOn(of: string): Promise<void> {
  said.value = await takeNext();
  if (said.value === null && caseOf(path.value) === of) await openCase(of);
}

/** Opens the case, keeps the claim alive, and reads again when the server says that this case changed. */
function useCase(of: string): void {
  useEffect(() => {
    let timer = 0;
    void openCase(of);
    const still = beat();
    const stop = onChange((change) => {
      if (change !== null && change.case !== of) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => void refresh(of), GATHER_MS);
    });
    const forgo = beforeLeaving(savedAll);
    addEventListener("pagehide", saveLast);
    return () => { clearTimeout(timer); stop(); still(); forgo(); removeEventListener("pagehide", saveLast); forgetCase(); forgetAfter(); };
  }, [of]);
}

function Reading({ of, acts, plates }: { of: Case; acts: Acts; plates: boolean }) {
  const shown = slide.value && shownScan.value ? { slide: slide.value, scan: shownScan.value } : null;
  return (
    <>
      <Identity of={of} />
      <NoticeLine notices={noticesOf(of)} all={() => acts.open("notices")} revision={of.revision} />
      <div class="vw"><Tray of={of} /><Stage shown={shown} plates={plates} /><ReportPanel of={of} acts={acts} /></div>
    </>
  );
}

function NotYet({ of, next }: { of: string; next: () => void }) {
  if (!failure.value) return <Ghosts lines={9} />;
  const { title, text, forbidden } = failure.value;
  const now = claim.value;
  if (now.kind === "handed") return <HandedOver {...now} next={next} />;
  return (
    <main class="alone">
      {forbidden ? <><h1>{title}</h1><p class="q">{text}</p></> : <Failed title={title} text={text} again={() => void openCase(of)} />}
      <p><a class="btn" href="/">Worklist <kbd aria-hidden="true">Esc</kbd></a></p>
    </main>
  );
}

/** Who gave a case away may not see it any more where it is not their organisation's. */
function HandedOver({ to, number, next }: { to: string; number: string; next: () => void }) {
  return (
    <main class="alone">
      <h1>{number} is with {to}</h1>
      <p><Say mark="good"><span class="wrap">Your draft went with it, read only. You do not see this case any more.</span></Say></p>
      <p class="line"><Button kind="main" cap="N" act={next}>Next case</Button><a class="btn" href="/">Worklist <kbd aria-hidden="true">Esc</kbd></a></p>
    </main>
  );
}
