// The right side: what is written, what was asked, what to know before signing, and the acts that end a reading.
import { useState } from "preact/hooks";
import { Button, Say, Sign } from "../shell/marks";
import { minute } from "../shell/clock";
import { session } from "../shell/session";
import type { Case } from "../shell/wire";
import { moment, sentence, timeToSecond } from "../shell/words";
import { AfterReport, ToAnswer } from "./answers";
import { checksOf } from "./checks";
import { endWords } from "./claimwords";
import type { Opening } from "./opened";
import { questionWords } from "./questionwords";
import { claim, editable, onGlass, opened, reading, save, saved, text, write } from "./reading";
import { Waiting } from "./waiting";

export interface Acts {
  sign: () => void; release: () => void; claim: () => void; next: () => void; work: () => void; handOver: () => void; more: () => void;
  open: (what: Opening) => void;
}

export function ReportPanel({ of, acts }: { of: Case; acts: Acts }) {
  const [tab, setTab] = useState<"report" | "request">("report");
  const head = (name: "report" | "request", words: string) => (
    <button type="button" role="tab" aria-selected={tab === name} aria-controls="reading" onClick={() => setTab(name)}>{words}</button>
  );
  return (
    <aside class="rep" aria-label="Reading">
      <div class="tabs" role="tablist" aria-label="Reading">{head("report", "Report")}{head("request", "Request")}</div>
      <div class="form" id="reading" role="tabpanel" aria-label={sentence(tab)}>{tab === "report" ? <Writing of={of} open={acts.open} /> : <Request of={of} />}</div>
      <End of={of} acts={acts} />
    </aside>
  );
}

function Writing({ of, open }: { of: Case; open: Acts["open"] }) {
  const kind = claim.value.kind;
  const mine = editable.value;
  // An interim report ends nothing: a colleague's draft and the way to claim stay in view.
  const reports = of.reports.filter((one) => one.kind !== "interim" && one.recalled_at === null);
  const reported = reports.length > 0, signed = reports.some((one) => one.mine);
  return (
    <>
      <ToAnswer of={of} open={open} />
      {of.reports.map((report) => (
        <section key={report.id} class="signed"><h2>{sentence(report.kind)}</h2><p class="prose">{report.text}</p>
          <p class="xs q">Signed by {report.signed_by}, {moment(report.signed_at, minute.value)}. Case revision {report.revision}.</p>
          {report.damage_reason && <p class="xs"><Say mark="warn"><span class="wrap">Signed although a scan was damaged: {report.damage_reason}</span></Say></p>}
          <AfterReport report={report} open={open} /></section>
      ))}
      {of.draft && !of.draft.mine && !reported && (
        <section class="signed"><h2>Unfinished, {of.draft.by}</h2><p class="prose">{of.draft.text}</p>
          <p class="xs q">Saved {moment(of.draft.saved_at, minute.value)}. Read only; it is never copied into yours.</p></section>
      )}
      {mine && <Question />}
      {(mine || kind === "lost" || kind === "handed" || (kind === "none" && of.draft?.mine && !signed)) && (
        <div class="fillup"><label for="diagnosis">Diagnosis</label>
          <textarea id="diagnosis" class="in text tall" value={text.value} readOnly={!mine} spellcheck={false} onInput={(event) => write(event.currentTarget.value)} />
        </div>
      )}
      {mine && <DraftLine />}
      {mine && <Waiting of={of} open={open} />}
      {!mine && kind === "none" && !reported && <p class="q s">You look at this case, you do not hold it. Claim it to write.</p>}
    </>
  );
}

/** What its reader was asked, and why. */
function Question() {
  const asked = questionWords(reading.value);
  if (!asked) return null;
  return (
    <section class="signed asked" aria-label="What is asked"><h2>{asked.title}</h2>
      {asked.question && <p class="prose">{asked.question}</p>}<p class="s q">{asked.means}</p></section>
  );
}

function DraftLine() {
  const { state, at } = saved.value;
  if (state === "failed") return <p class="xs line" role="alert"><Say mark="warn">Not saved yet, kept on this page</Say><Button kind="quiet" act={() => void save()}>Save now</Button></p>;
  if (state === "waiting") return <p class="xs q">Saving</p>;
  return <p class="xs q" role="status">{at ? `Draft saved ${timeToSecond(at)}` : "Saved by itself while you write"}</p>;
}

function Request({ of }: { of: Case }) {
  return (
    <dl class="facts tall">
      <dt>Clinical details</dt><dd class="prose">{of.content.clinical_details || "None given"}</dd>
      <dt>Requester</dt><dd>{of.content.requester ?? "Not known"}</dd>
      {of.content.copy_to && of.content.copy_to.length > 0 && <><dt>Copies to</dt><dd>{of.content.copy_to.join(", ")}</dd></>}
      <dt>Received</dt><dd>{moment(of.received_at, minute.value)}</dd>
      {of.specimens.map((part) => <div class="pair" key={part.id}><dt>Part {part.part}</dt><dd>{part.site}, {part.specimen_type}{part.macroscopic && <p class="q prose">{part.macroscopic}</p>}</dd></div>)}
      {of.numbers.map((number) => <div class="pair" key={number.issuer + number.value}><dt>{sentence(number.role)}</dt><dd>{number.value} <span class="q">{number.issuer}</span></dd></div>)}
    </dl>
  );
}

function End({ of, acts }: { of: Case; acts: Acts }) {
  const now = claim.value;
  if (now.kind === "signed" || now.kind === "released" || now.kind === "handed") {
    return (
      <div class="end"><p><Say mark={now.kind === "released" ? "wait" : "good"}><span class="wrap">{endWords(now)}</span></Say></p>
        <Button kind="main big" cap="N" act={acts.next}>Next case</Button><a class="btn" href="/">Worklist <kbd aria-hidden="true">Esc</kbd></a></div>
    );
  }
  if (now.kind === "mine") {
    return (
      <div class="end"><div><h2>Before you sign</h2></div>
        <ul class="check">{checksOf(of, opened.value, onGlass.value).map((check) => <li key={check.text}><Sign mark={check.mark} /><span class={check.mark === "wait" ? "q" : ""}>{check.text}{check.byReason && ". Sign-out is blocked"}</span></li>)}</ul>
        <div class="two"><Button cap="E" act={acts.work}>Extra work</Button><Button cap="H" act={acts.handOver}>Hand over</Button></div>
        <div class="two"><Button act={acts.release}>Release this case</Button><Button act={acts.more}>More</Button></div>
        <Button kind="main big" cap="Ctrl Enter" act={acts.sign}>Review and sign out</Button></div>
    );
  }
  const free = reading.value?.state === "waiting" && session.value?.pathologist;
  if (!free) return <div class="end"><a class="btn" href="/">Back to the worklist <kbd aria-hidden="true">Esc</kbd></a></div>;
  return <div class="end"><Button kind="main big" cap="C" act={acts.claim}>Claim this case</Button></div>;
}
