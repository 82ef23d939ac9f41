// Whose case this is, when it is due and who holds it. This bar never scrolls away and is never covered.
import { minute, second } from "../shell/clock";
import { offlineSince } from "../shell/live";
import { Say, Sign } from "../shell/marks";
import type { Case } from "../shell/wire";
import { born, due, moment, sentence } from "../shell/words";
import { claimWords } from "./claimwords";
import { type Notice, choose, claim, reading } from "./reading";

export function Identity({ of }: { of: Case }) {
  const { patient } = of;
  const when = due(of.due_at, minute.value);
  const specimen = of.specimens.map((part) => `${part.part}: ${part.site.toLowerCase()}, ${part.specimen_type.toLowerCase()}`).join("; ");
  return (
    <header class="idbar">
      <a class="btn quiet" href="/" title="Back to the worklist">Worklist <kbd aria-hidden="true">Esc</kbd></a>
      <h1 class="who">{patient.name}</h1>
      <dl class="facts-line">
        <div><dt>Born</dt><dd>{born(patient.born, minute.value)}</dd></div>
        <div><dt>Sex</dt><dd>{sentence(patient.sex)}</dd></div>
        <div><dt>Record</dt><dd title={patient.record_issuer}>{patient.record} <span class="q s">{patient.record_issuer}</span></dd></div>
        <div><dt>Case</dt><dd title={of.issuer}><b>{of.number}</b></dd></div>
        <div class="shrink"><dt>Specimen</dt><dd class="cut" title={specimen}>{specimen || "Not known"}</dd></div>
        <div><dt>Priority</dt><dd>{sentence(of.priority)}</dd></div>
      </dl>
      <span class="grow" />
      <dl>
        <div><dt>{of.due_at ? `Due ${moment(of.due_at, minute.value)}` : "Due"}</dt><dd>{when.mark ? <Say mark={when.mark}>{when.text}</Say> : when.text}</dd></div>
        <Claim />
      </dl>
    </header>
  );
}

function Claim() {
  const held = claim.value;
  const now = held.kind === "mine" && offlineSince.value !== null ? { ...held, silent: true } : held;
  const words = claimWords(now, reading.value, now.kind === "mine" && now.silent ? second.value : minute.value);
  return <div class="claim"><dt>{words.head}</dt><dd>{words.mark ? <Say mark={words.mark}>{words.text}</Say> : words.text}</dd></div>;
}

/** The first thing to know, in a line that is always there; the rest is one press away. */
export function NoticeLine({ notices, all, revision }: { notices: Notice[]; all: () => void; revision: number }) {
  const [first, ...rest] = notices;
  const at = first?.slide;
  return (
    <div class="say-bar" role={first?.mark === "bad" ? "alert" : "status"}>
      {first ? <><Sign mark={first.mark} /><span class="cut"><b>{first.title}</b> <span class="q">{first.text}</span></span></> : <span class="qq">Nothing is missing from this case.</span>}
      {at && <button class="btn quiet" type="button" onClick={() => choose(at)}>Go to it</button>}
      {rest.length > 0 && <button class="btn quiet" type="button" onClick={all}>{rest.length} more</button>}
      <span class="grow" /><span class="q">Case revision {revision}</span>
    </div>
  );
}
