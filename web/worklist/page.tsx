// The worklist: what is mine, what waits, and the one button that takes the next case.
import { useEffect, useRef, useState } from "preact/hooks";
import { accept } from "../shell/calls";
import type { Said } from "../shell/claims";
import { Foot, Page } from "../shell/frame";
import type { Key } from "../shell/keys";
import { type Change, offlineSince, onChange } from "../shell/live";
import { Button, Sign } from "../shell/marks";
import { go, query } from "../shell/router";
import { enter, session } from "../shell/session";
import type { Row } from "../shell/wire";
import { count, phrase, time } from "../shell/words";
import { ToAnswer } from "./answer";
import { Asked, type Asking } from "./asked";
import { answer, current, failure, filter, forgetRows, held, heldSince, load, move, next, notice, shown } from "./list";
import { forgetInside } from "./inside";
import { Peek, type RowActs } from "./peek";
import { heldBackWords, isOffered, mayOffer } from "./rows";
import { Side } from "./side";
import { List } from "./table";
import "./worklist.css";

const GATHER_MS = 300, LOOK_AGAIN_MS = 60_000;

export function WorklistPage() {
  const [asking, setAsking] = useState<Asking>(null);
  const [drawer, setDrawer] = useState(false);
  useList();
  const act: RowActs = {
    claim: (row: Row) => { if (row.state === "waiting" && session.value?.pathologist) setAsking({ what: "claim", row }); },
    decline: (row: Row) => { if (row.mine && row.claim && !row.claim.begun) setAsking({ what: "decline", row }); },
    offer: (row: Row) => { if (mayOffer(row, session.value) && !current.value?.gone) setAsking({ what: "offer", row }); },
    held: (row: Row) => setAsking({ what: "held", row }),
    who: (row: Row) => { if (mayOffer(row, session.value)) setAsking({ what: "who", row }); },
    accept: (row: Row) => { if (row.claim && isOffered(row)) void accept({ claim: row.claim.id, fence: row.claim.fence, number: row.number }); },
  };
  return (
    <Page title="Worklist" keys={keysOf(act, () => setDrawer((was) => !was))}>
      <h1 class="hide">Worklist</h1>
      <div class="wl">
        <Side />
        <main class="mid">
          <Next explain={() => setAsking({ what: "order" })} answer={() => setAsking({ what: "answer" })} />
          <Slot />
          <List />
        </main>
        <Peek act={act} open={drawer} close={() => setDrawer(false)} />
      </div>
      <Foot>
        <span><kbd>J</kbd> <kbd>K</kbd> move</span><span><kbd>Enter</kbd> open</span><span class="drawer-only"><kbd>Space</kbd> details</span>
        <span><kbd>/</kbd> filter</span><span><kbd>?</kbd> all keys</span>
      </Foot>
      <Asked asking={asking} close={() => setAsking(null)} />
    </Page>
  );
}

/** Reads the list when the view changes, when the server says so, and once a minute in case it did not. */
function useList(): void {
  const asked = query.value.toString();
  const first = useRef(true);
  useEffect(() => { if (!first.current) forgetRows(); first.current = false; void load(true); }, [asked]);
  useEffect(() => {
    let timer = 0;
    const soon = (change: Change | null) => {
      forgetInside(change);
      if (change?.kind === "measures") return;
      clearTimeout(timer);
      timer = window.setTimeout(() => void load(false), GATHER_MS);
    };
    const stop = onChange(soon);
    const again = setInterval(() => void load(false), LOOK_AGAIN_MS);
    void enter();
    return () => { stop(); clearTimeout(timer); clearInterval(again); forgetRows(); forgetInside(null); };
  }, []);
}

function keysOf(act: RowActs, peek: () => void): Key[] {
  const row = () => current.value?.row;
  return [
    { on: ["n"], says: "Next case", act: () => { if (session.value?.pathologist) void next(); } },
    { on: ["j", "arrowdown"], cap: "J", says: "Down one case", act: () => move(1) },
    { on: ["k", "arrowup"], cap: "K", says: "Up one case", act: () => move(-1) },
    { on: ["enter"], says: "Open the selected case", act: () => { const at = row(); if (at && !isOffered(at)) go(`/read/${at.case}`); } },
    { on: ["space"], says: "Details, on narrow screens", act: peek },
    { on: ["c"], says: "Claim the selected case, or accept its offer", act: () => { const at = row(); if (at) (isOffered(at) ? act.accept : act.claim)(at); } },
    { on: ["d"], says: "Decline a case of yours", act: () => { const at = row(); if (at) act.decline(at); } },
    { on: ["o"], says: "Offer a waiting case to a pathologist", act: () => { const at = row(); if (at) act.offer(at); } },
    { on: ["."], says: "Show the new cases", act: () => void load(true) },
    { on: ["/"], says: "Filter these rows", act: () => document.getElementById("filter")?.focus() },
    { on: ["escape"], says: null, act: () => { filter.value = ""; } },
  ];
}

function Next({ explain, answer: open }: { explain: () => void; answer: () => void }) {
  const who = session.value?.pathologist;
  const likely = answer.value?.most_likely;
  if (!who) return <section class="next" aria-label="Next case"><p class="q">Pathologists take cases from this list. You may look at it.</p></section>;
  const row = likely && shown.value.find((each) => each.row.reading === likely.reading)?.row;
  return (
    <section class="next" aria-label="Next case">
      <Button kind="main big" cap="N" act={() => void next()}>Next case</Button>
      <div class="grow">
        {likely
          ? <p class="cut"><b>Most likely {likely.number}</b>{row && ` · ${phrase(row.specimen)} · ${count(row.slides.here, "slide")} · ${row.site}`}</p>
          : <p class="cut"><b>{answer.value ? "Nothing is waiting for you" : " "}</b></p>}
        <p class="q s cut">{likely?.why} You hold {who.held} of {who.capacity}. The server decides when you press N.</p>
      </div>
      <ToAnswer open={open} />
      <button class="btn quiet" type="button" onClick={explain}><span class="def">How cases are ordered</span></button>
    </section>
  );
}

/** The reserved line between the button and the rows: what was just answered, else new cases. It keeps its height, so no row moves. */
function Slot() {
  const message = messageNow();
  const fresh = held.value.length > 0;
  const form = message ? "slot told" : fresh ? "slot" : "slot bare";
  return (
    <div class={form} role={message?.mark === "bad" ? "alert" : "status"}>
      {message && <><Sign mark={message.mark} /><b>{message.title}</b><span class="q cut">{message.text}</span><span class="grow" /></>}
      {fresh && <NewCases short={message !== null} />}
      {!message && !fresh && <span class="qq">New cases wait here until you show them.</span>}
    </div>
  );
}

function messageNow(): Said | null {
  if (notice.value) return notice.value;
  if (offlineSince.value !== null) return { mark: "wait", title: `Offline since ${time(offlineSince.value)}.`, text: "The list may be old. Nothing you press is sent until the server answers." };
  if (failure.value && answer.value) return { mark: "warn", title: `${failure.value.title}.`, text: "The rows below may be old. We try again by ourselves." };
  return null;
}

function NewCases({ short }: { short: boolean }) {
  const n = held.value.length;
  const since = heldSince.value ? `arrived since ${time(heldSince.value)}` : "arrived";
  const words = heldBackWords(shown.value, held.value);
  return (
    <>
      <b>{count(n, "new case")}</b>{!short && <span class="q">{since}{words && `; ${words}`}.</span>}
      <button class="plain" type="button" onClick={() => void load(true)}>{n === 1 ? "Show it" : "Show them"}</button><kbd aria-hidden="true">.</kbd>
    </>
  );
}
