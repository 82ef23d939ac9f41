// What every page stands in: the strip, the header, the line at the foot, the list of keys.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AbsenceDialog } from "./absence";
import { inWords } from "./api";
import { Calls } from "./call";
import { minute, second, skewed } from "./clock";
import { Dialog } from "./dialog";
import { FindDialog } from "./find";
import { type Key, cap, useKeys } from "./keys";
import { offlineSince } from "./live";
import { Banner, Say } from "./marks";
import { path } from "./router";
import { leave, session, setPresence } from "./session";
import { date, time, timeToSecond } from "./words";

/** Says what the installation may not be used for. It cannot be closed; what calls stands beside it, so that nothing below moves. */
export function Strip({ children }: { children?: ComponentChildren }) {
  return (
    <div class="strip">
      <p class="warned" role="note"><b>Not for clinical use</b> <span>Access control, audit and fault handling are not complete on this installation.</span></p>
      {children}
    </div>
  );
}

export function Top({ find }: { find: () => void }) {
  const who = session.value;
  const page = (to: string) => (path.value === to ? "page" : undefined);
  return (
    <header class="top">
      <a class="brand" href="/">Slideway</a>
      <nav class="nav" aria-label="Pages">
        <a href="/" aria-current={page("/")}>Worklist</a>{who?.role !== "pathologist" && <a href="/lab" aria-current={page("/lab")}>Lab</a>}<a href="/dashboard" aria-current={page("/dashboard")}>Dashboard</a>
      </nav>
      <span class="grow" />
      <button class="find" type="button" onClick={find}><span>Find a case, patient or slide</span><kbd aria-hidden="true">Ctrl K</kbd></button>
      <Presence /><PlannedAbsence />
      <button class="btn quiet" type="button" title="End this session and choose who is reading" onClick={() => void leave()}>{who?.name}</button>
      <time class="q" dateTime={new Date(minute.value).toISOString()}>{date(minute.value, minute.value)}, {time(minute.value)}</time>
    </header>
  );
}

/** A time away that is said beforehand: one's own, or a manager's for a pathologist of the organisation. */
function PlannedAbsence() {
  const [open, setOpen] = useState(false);
  const who = session.value;
  if (!who?.pathologist && who?.role !== "manager") return null;
  return (
    <><button class="btn quiet planned" type="button" onClick={() => setOpen(true)}>Planned absence…</button>
      {open && <AbsenceDialog close={() => setOpen(false)} />}</>
  );
}

/** Available or away: whether "Next case" has work for this pathologist. */
function Presence() {
  const [refusal, setRefusal] = useState<string | null>(null);
  const who = session.value?.pathologist;
  if (!who) return <span class="q">{session.value?.site}</span>;
  const here = who.presence === "available";
  const turn = () => {
    setPresence(here ? "away" : "available").then(() => setRefusal(null), (cause: unknown) => setRefusal(inWords(cause).title));
  };
  return (
    <button class="btn quiet" type="button" aria-pressed={here} onClick={turn}
      title={refusal ?? (here ? "Press to say that you are away" : "Press to say that you are available")}>
      <Say mark={here ? "good" : "wait"}>{here ? "Available" : "Away"}</Say>
    </button>
  );
}

/** The line at the foot: the keys that matter here, and whether the page is live. */
export function Foot({ children }: { children: ComponentChildren }) {
  return <footer class="foot">{children}<span class="grow" /><Live /></footer>;
}

function Live() {
  if (offlineSince.value !== null) return <Say mark="wait">Offline since {time(offlineSince.value)}</Say>;
  return (
    <>{skewed.value && <Say mark="warn">This computer's clock is wrong; times here are the server's</Say>}
      <Say mark="good">Live, {timeToSecond(second.value)}</Say></>
  );
}

/** Appears while the server does not answer; `what` says what that means here. */
export function Offline({ what }: { what: string }) {
  if (offlineSince.value === null) return null;
  return <Banner mark="wait" title={`Offline since ${time(offlineSince.value)}.`} text={what} />;
}

/** Header, keys dialog and find dialog round a page; `keys` are the page's own. */
export function Page({ title, keys, top = true, children }: {
  title: string; keys: Key[]; top?: boolean; children: ComponentChildren;
}) {
  const [open, setOpen] = useState<"keys" | "find" | null>(null);
  useEffect(() => { document.title = `${title} · Slideway`; }, [title]);
  const all: Key[] = [
    ...keys,
    { on: ["ctrl+k"], cap: "Ctrl K", says: "Find a case", act: () => setOpen("find") },
    { on: ["?"], says: "All keys", act: () => setOpen("keys") },
  ];
  useKeys(all);
  return (
    <>
      <Strip><Calls /></Strip>
      {top && <Top find={() => setOpen("find")} />}
      {children}
      {open === "keys" && <KeysDialog keys={all} close={() => setOpen(null)} />}
      {open === "find" && <FindDialog close={() => setOpen(null)} />}
    </>
  );
}

function KeysDialog({ keys, close }: { keys: Key[]; close: () => void }) {
  const shown = keys.filter((key) => key.says !== null);
  return (
    <Dialog title="Keys on this page" wide close={close}>
      <dl class="keys">{shown.map((key) => <div key={key.on[0]}><dt><kbd>{cap(key)}</kbd></dt><dd>{key.says}</dd></div>)}</dl>
      <p class="q s">Single letters rest while you type. Escape leaves a field.</p>
      <div class="ends"><button class="btn main" type="button" onClick={close}>Close<kbd aria-hidden="true">Esc</kbd></button></div>
    </Dialog>
  );
}
