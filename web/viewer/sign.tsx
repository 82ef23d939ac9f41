// The last look before a report exists: whose, what text, which slides, what is missing. The server checks all of it again.
import { useState } from "preact/hooks";
import { minute } from "../shell/clock";
import { Dialog, Line } from "../shell/dialog";
import { Button, Say, Sign } from "../shell/marks";
import type { Case } from "../shell/wire";
import { born, sentence } from "../shell/words";
import { type Tick, checksOf, codeOf, isCompared, ticksOf } from "./checks";
import { onGlass, opened, reading, text } from "./reading";
import { type Refused, WAYS, type Way, signOut } from "./signing";

const COMPARED: readonly [string, string][] = [["agrees", "It agrees with the first report"], ["minor", "A minor difference"], ["major", "A major difference"]];
const CODED = { must: "Diagnosis code, by which this blind reading is compared", may: "Diagnosis code, if there is one" };

export function SignDialog({ of, what, close }: { of: Case; what: Way; close: () => void }) {
  // What is signed is what stood here when the dialog opened; a newer revision is the server's reason to refuse.
  const [seen] = useState(of);
  const [needs, setNeeds] = useState<string[]>([]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const [compared, compare] = useState("");
  const [code, setCode] = useState("");
  const compares = what === "sign" && isCompared(reading.value);
  const coded = what === "sign" ? codeOf(reading.value) : "none";
  const ticks = ticksOf(seen, needs);
  const checks = checksOf(seen, opened.value, what === "sign" ? onGlass.value : undefined);
  const damaged = checks.some((check) => check.byReason);
  const stands = checks.some((check) => check.mark === "bad" && !(check.byReason && reason.trim() !== ""));
  const unsaid = (compares && compared === "") || (coded === "must" && code.trim() === "");
  const blocked = text.value.trim() === "" || stands || unsaid || ticks.some(({ key }) => !ticked.has(key));
  const tick = (key: string) => { const next = new Set(ticked); if (!next.delete(key)) next.add(key); setTicked(next); };
  const sign = async () => {
    if (blocked || busy) return;
    setBusy(true);
    const more = { acknowledged: ticks.map(({ key }) => key), damage_reason: damaged ? reason.trim() : "", diagnosis_code: code.trim(), ...(compares ? { concordance: compared } : {}) };
    const no = await signOut(what, seen, more);
    setBusy(false);
    if (no === null) return close();
    setRefused(no.refused);
    setNeeds(no.needs);
  };
  return (
    <Dialog title={`${WAYS[what].title} ${seen.number}`} wide close={close}>
      <div class="fill" onKeyDown={(event) => { if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); void sign(); } }}>
        <p><b>{seen.patient.name}</b>, born {born(seen.patient.born, minute.value)}, {sentence(seen.patient.sex).toLowerCase()}, record {seen.patient.record}</p>
        {what === "interim" && <p class="q">The case stays yours and waits on. The report follows when its slides are here, and says the last word.</p>}
        <section><h3>Diagnosis</h3>{text.value.trim() === "" ? <p><Say mark="bad">Nothing is written yet</Say></p> : <p class="prose boxed">{text.value}</p>}</section>
        <section><h3>Slides</h3><ul class="check">{checks.map((check) => <li key={check.text}><Sign mark={check.mark} /><span>{check.text}{check.byReason && ". Say why you sign all the same"}</span></li>)}</ul></section>
        {ticks.length > 0 && <Ticks ticks={ticks} ticked={ticked} tick={tick} />}
        {coded !== "none" && <Line label={CODED[coded]} value={code} required={coded === "must"} say={setCode} />}
        {compares && <Compared value={compared} choose={compare} />}
        {damaged && <Override reason={reason} say={setReason} />}
        {refused && <p role="alert"><Say mark="bad"><span class="wrap">{refused.title.replace(/\.$/, "")}. {refused.text}</span></Say></p>}
      </div>
      <div class="ends"><Button act={close} cap="Esc">Read on</Button><Button kind="main" cap="Ctrl Enter" off={blocked || busy} act={() => void sign()}>{WAYS[what].action}</Button></div>
    </Dialog>
  );
}

export function Ticks({ ticks, ticked, tick }: { ticks: Tick[]; ticked: ReadonlySet<string>; tick: (key: string) => void }) {
  return (
    <fieldset><legend>Missing, tick each to sign without it</legend>
      {ticks.map(({ key, text: words }) => <label key={key} class="tickline"><input type="checkbox" checked={ticked.has(key)} onChange={() => tick(key)} /><span>{words}</span></label>)}
    </fieldset>
  );
}

/** Who reads second says how it compares with the first report. */
function Compared({ value, choose }: { value: string; choose: (value: string) => void }) {
  return (
    <fieldset><legend>Compared with the first report</legend>
      {COMPARED.map(([key, words]) => <label key={key} class="tickline"><input type="radio" name="compared" checked={value === key} onChange={() => choose(key)} /><span>{words}</span></label>)}
    </fieldset>
  );
}

/** A damaged slide blocks signing; who signs all the same says why, for the record and on the report. */
function Override({ reason, say }: { reason: string; say: (reason: string) => void }) {
  return (
    <label>Why you sign although a scan is damaged
      <input class="in wide" value={reason} maxLength={500} autocomplete="off" onInput={(event) => say(event.currentTarget.value)} />
    </label>
  );
}
