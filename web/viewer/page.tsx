// The reading page: the case's identity above, its slides left, tissue in the middle, the report right.
import { useEffect, useState } from "preact/hooks";
import { send } from "../shell/api";
import { takeNext, takeThis } from "../shell/claims";
import { Dialog, ReasonDialog } from "../shell/dialog";
import { Page } from "../shell/frame";
import type { Key } from "../shell/keys";
import { offlineSince, onChange } from "../shell/live";
import { minute } from "../shell/clock";
import { Button, Failed, Ghosts, Sign } from "../shell/marks";
import { caseOf, go, path } from "../shell/router";
import type { Case, Mark } from "../shell/wire";
import { time } from "../shell/words";
import { lostWords, stillWords } from "./claimwords";
import { Identity, NoticeLine } from "./identity";
import { steps } from "./magnification";
import {
  type Notice, beat, changed, chooseBeside, claim, damaged, failure, forgetCase, isLost, loaded, openCase, reading, refresh, said, save, saveLast, shownScan, slide,
} from "./reading";
import { ReportPanel } from "./report";
import { SignDialog } from "./sign";
import { Stage, field } from "./stage";
import { asking, toldAt } from "./still";
import { Tray } from "./tray";
import "./viewer.css";

const GATHER_MS = 300;
type Open = "sign" | "release" | "claim" | "notices" | null;

export function ViewerPage({ of }: { of: string }) {
  const [open, setOpen] = useState<Open>(null);
  const [plates, setPlates] = useState(true);
  useCase(of);
  const acts = {
    sign: () => { if (claim.value.kind === "mine") setOpen("sign"); },
    release: () => { if (claim.value.kind === "mine") setOpen("release"); },
    claim: () => { if (claim.value.kind === "none" && reading.value?.state === "waiting") setOpen("claim"); },
    next: () => { if (claim.value.kind === "signed" || claim.value.kind === "released") void goOn(of); },
  };
  const at = loaded.value;
  const keys = [...fieldKeys(), ...caseKeys(acts, () => setPlates((was) => !was))];
  return (
    <Page title={at?.number ?? "Case"} top={false} keys={keys}>
      {at ? <Reading of={at} acts={acts} plates={plates} all={() => setOpen("notices")} /> : <NotYet of={of} />}
      {at && <Opened open={open} of={at} close={() => setOpen(null)} />}
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
    addEventListener("pagehide", saveLast);
    return () => { clearTimeout(timer); stop(); still(); removeEventListener("pagehide", saveLast); forgetCase(); };
  }, [of]);
}

function Reading({ of, acts, plates, all }: { of: Case; acts: Parameters<typeof ReportPanel>[0]["acts"]; plates: boolean; all: () => void }) {
  const shown = slide.value && shownScan.value ? { slide: slide.value, scan: shownScan.value } : null;
  return (
    <>
      <Identity of={of} />
      <NoticeLine notices={noticesOf(of)} all={all} revision={of.revision} />
      <div class="vw"><Tray of={of} /><Stage shown={shown} plates={plates} /><ReportPanel of={of} acts={acts} /></div>
    </>
  );
}

const RANK: Record<Mark, number> = { bad: 0, warn: 1, note: 2, wait: 3, go: 4, good: 5 };

/** All there is to know about this case now: what has just happened first, then what stands, worst first. */
function noticesOf(of: Case): Notice[] {
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

function NotYet({ of }: { of: string }) {
  if (!failure.value) return <Ghosts lines={9} />;
  const { title, text, forbidden } = failure.value;
  return (
    <main class="alone">
      {forbidden ? <><h1>{title}</h1><p class="q">{text}</p></> : <Failed title={title} text={text} again={() => void openCase(of)} />}
      <p><a class="btn" href="/">Worklist <kbd aria-hidden="true">Esc</kbd></a></p>
    </main>
  );
}

function Opened({ open, of, close }: { open: Open; of: Case; close: () => void }) {
  if (open === "sign") return <SignDialog of={of} close={close} />;
  if (open === "notices") return <Notices of={of} close={close} />;
  if (open === "release") {
    return <ReasonDialog title={`Release ${of.number}`} close={close} label="Reason, if there is one" action="Release" required={false}
      text="The case returns to the list. Your draft is kept; the next one sees it as unfinished, read only." act={async (why) => { await release(why); close(); }} />;
  }
  if (open === "claim") {
    return <ReasonDialog title={`Claim ${of.number}`} close={close} label="Why this one, and not the next" action="Claim this case" required
      text={`${of.patient.name}. This takes the case out of order; your reason is kept with the claim.`} act={async (why) => { await claimHere(of, why); close(); }} />;
  }
  return null;
}

function Notices({ of, close }: { of: Case; close: () => void }) {
  return (
    <Dialog title="What to know about this case" wide close={close}>
      <ul class="check">{noticesOf(of).map((notice) => <li key={notice.title + notice.text}><Sign mark={notice.mark} /><span><b>{notice.title}</b> {notice.text}</span></li>)}</ul>
      <div class="ends"><Button kind="main" cap="Esc" act={close}>Close</Button></div>
    </Dialog>
  );
}

async function release(reason: string): Promise<void> {
  await save();
  const held = claim.value;
  if (held.kind !== "mine") return;
  try {
    await send<void>("POST", `/claims/${held.id}/release`, { fence: held.fence, reason });
    claim.value = { kind: "released" };
  } catch (cause) {
    if (!isLost(cause)) throw cause;
  }
}

async function claimHere(of: Case, reason: string): Promise<void> {
  if (!reading.value) return;
  await takeThis(reading.value.id, reason);
  await openCase(of.id);
}

function fieldKeys(): Key[] {
  const zoomAt = (at: number) => () => {
    const step = steps(slide.value?.scan?.microns_per_pixel ?? null)[at];
    if (step) field.now?.zoomTo(step.zoom);
  };
  const pan = (across: number, down: number, letter: string, arrow: string, says: string | null): Key[] => [
    { on: [letter, arrow], cap: letter.toUpperCase(), says, act: () => field.now?.pan(across, down) },
    { on: [`shift+${arrow}`], says: null, act: () => field.now?.pan(across, down, true) },
  ];
  return [
    ...pan(0, -1, "w", "arrowup", "Move up 80 % of a field"), ...pan(-1, 0, "a", "arrowleft", "Move left"),
    ...pan(0, 1, "s", "arrowdown", "Move down"), ...pan(1, 0, "d", "arrowright", "Move right (arrows too)"),
    { on: ["+", "="], says: "Zoom in", act: () => field.now?.zoomBy(1) },
    { on: ["-", "−", "_"], cap: "−", says: "Zoom out", act: () => field.now?.zoomBy(-1) },
    { on: ["1"], cap: "1 to 6", says: "1.25 2.5 5 10 20 40×", act: zoomAt(0) },
    ...[2, 3, 4, 5, 6].map((n): Key => ({ on: [String(n)], says: null, act: zoomAt(n - 1) })),
    { on: ["f", "0"], says: "Fit the whole slide", act: () => field.now?.fit() },
    { on: ["r"], says: "Rotate by 90°", act: () => field.now?.rotate() },
    { on: ["y"], says: "Mirror", act: () => field.now?.mirror() },
  ];
}

function caseKeys(acts: { sign: () => void; claim: () => void; next: () => void }, plates: () => void): Key[] {
  return [
    { on: ["["], says: "Earlier slide", act: () => chooseBeside(-1) },
    { on: ["]"], says: "Next slide", act: () => chooseBeside(1) },
    { on: ["b"], says: "Show or hide overview and label", act: plates },
    { on: ["c"], says: "Claim this case", act: acts.claim },
    { on: ["ctrl+s"], cap: "Ctrl S", says: "Save the draft now", act: () => void save() },
    { on: ["ctrl+enter"], cap: "Ctrl Enter", says: "Review and sign out", act: acts.sign },
    { on: ["n"], says: "Next case, after sign-out or release", act: acts.next },
    { on: ["escape"], cap: "Esc", says: "Back to the worklist", act: () => go("/") },
  ];
}
