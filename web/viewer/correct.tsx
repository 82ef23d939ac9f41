// Signing an addendum or an amendment: what it says, over which slides, and what it answers. The server checks all of it again.
import { useState } from "preact/hooks";
import { Problem } from "../shell/api";
import { FormDialog, Line } from "../shell/dialog";
import { incidents } from "../shell/incidents";
import { whatWords } from "../shell/incidentwords";
import { Sign } from "../shell/marks";
import type { Case, Incident, Report } from "../shell/wire";
import { type Correction, begunFor, correct, keepBegun } from "./after";
import { slideWords } from "./answers";
import { checksOf, ticksOf } from "./checks";
import { loaded, opened, refresh } from "./reading";
import { Ticks } from "./sign";

export function CorrectDialog({ of, report, amends, answers, close }: {
  of: Case; report: Report; amends: boolean; answers: Incident[]; close: () => void;
}) {
  // Signed over what stood here; when that changed meanwhile, the new state is shown and the text stays.
  const [seen, setSeen] = useState(of);
  const [what, set] = useState(() => begunFor(report, amends));
  const [needs, setNeeds] = useState<string[]>([]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => new Set(answers.map(({ incident }) => incident)));
  const open = incidents.value.filter((each) => each.report === report.id);
  const ticks = ticksOf(seen, needs);
  const say = (more: Partial<Correction>) => { const next = { ...what, ...more }; keepBegun(report, next); set(next); };
  const off = what.text.trim() === "" || (amends && what.changes.trim() === "") || ticks.some(({ key }) => !ticked.has(key));
  const act = async () => {
    try {
      await correct(seen, report, what, ticks.map(({ key }) => key), open.filter(({ incident }) => chosen.has(incident)));
      close();
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      if (cause.code === "missing_acknowledgement") setNeeds(cause.extra["needs"] as string[]);
      if (cause.code === "changed_since_you_looked") { await refresh(of.id); if (loaded.value) setSeen(loaded.value); }
      throw cause;
    }
  };
  return (
    <FormDialog title={`${amends ? "Amendment" : "Addendum"} to ${of.number}`} wide action={amends ? "Sign amendment" : "Sign addendum"} cap="Ctrl Enter" off={off} close={close} act={act}>
      <p><b>{of.patient.name}</b>, record {of.patient.record}</p>
      <p class="q">{amends ? "An amendment changes the report and is sent as corrected. What was signed stays on record." : "An addendum adds to the report, which stands as it was signed."}</p>
      {amends && <Line label="What it changes" value={what.changes} say={(changes) => say({ changes })} />}
      <label>{amends ? "The report as it reads now" : "What is added"}
        <textarea class="in text wide" rows={5} value={what.text} required spellcheck={false} onKeyDown={submitByKey} onInput={(event) => say({ text: event.currentTarget.value })} /></label>
      <section><h3>Slides</h3><ul class="check">{checksOf(seen, opened.value).map((check) => <li key={check.text}><Sign mark={check.mark} /><span>{check.text}</span></li>)}</ul></section>
      {ticks.length > 0 && <Ticks ticks={ticks} ticked={ticked} tick={(key) => setTicked(turned(ticked, key))} />}
      {open.length > 0 && <Answers of={of} open={open} chosen={chosen} tick={(key) => setChosen(turned(chosen, key))} />}
    </FormDialog>
  );
}

/** Enter alone is a new line of the text. */
function submitByKey(event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }): void {
  if (event.ctrlKey && event.key === "Enter") event.currentTarget.form?.requestSubmit();
}

function Answers({ of, open, chosen, tick }: { of: Case; open: Incident[]; chosen: ReadonlySet<number>; tick: (key: number) => void }) {
  return (
    <fieldset><legend>What it answers</legend>
      {open.map((each) => <label key={each.incident} class="tickline"><input type="checkbox" checked={chosen.has(each.incident)} onChange={() => tick(each.incident)} /><span>{whatWords(each, slideWords(of, each))}</span></label>)}
    </fieldset>
  );
}

function turned<T>(set: ReadonlySet<T>, key: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
