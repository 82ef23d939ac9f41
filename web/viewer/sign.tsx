// The last look before a report exists: whose, what text, which slides, what is missing. The server checks all of it again.
import { useState } from "preact/hooks";
import { Problem, inWords, send } from "../shell/api";
import { minute } from "../shell/clock";
import { Dialog } from "../shell/dialog";
import { Button, Say, Sign } from "../shell/marks";
import type { Case } from "../shell/wire";
import { born, sentence, time } from "../shell/words";
import { type Tick, checksOf, isCompared, slidesOf, ticksOf } from "./checks";
import { namesOf } from "./orderwords";
import { deferred, onGlass } from "./orders";
import { changed, changedNotice, claim, isLost, loaded, opened, reading, refresh, said, save, text } from "./reading";

interface Refused { title: string; text: string }

/** An interim report is bound to what was seen like the last word, but it ends nothing. */
const WAYS = {
  sign: { title: "Sign out", action: "Sign out", path: "sign-out" },
  interim: { title: "Interim report on", action: "Sign interim report", path: "interim" },
};
type Way = keyof typeof WAYS;

const COMPARED: readonly [string, string][] = [["agrees", "It agrees with the first report"], ["minor", "A minor difference"], ["major", "A major difference"]];

export function SignDialog({ of, what, close }: { of: Case; what: Way; close: () => void }) {
  // What is signed is what stood here when the dialog opened; a newer revision is the server's reason to refuse.
  const [seen] = useState(of);
  const [needs, setNeeds] = useState<string[]>([]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const [compared, compare] = useState("");
  const compares = what === "sign" && isCompared(reading.value?.kind);
  const ticks = ticksOf(seen, needs);
  const checks = checksOf(seen, opened.value, what === "sign" ? onGlass.value : undefined);
  const damaged = checks.some((check) => check.byReason);
  const stands = checks.some((check) => check.mark === "bad" && !(check.byReason && reason.trim() !== ""));
  const blocked = text.value.trim() === "" || stands || (compares && compared === "") || ticks.some(({ key }) => !ticked.has(key));
  const tick = (key: string) => { const next = new Set(ticked); if (!next.delete(key)) next.add(key); setTicked(next); };
  const sign = async () => {
    if (blocked || busy) return;
    setBusy(true);
    const more = { acknowledged: ticks.map(({ key }) => key), damage_reason: damaged ? reason.trim() : "", ...(compares ? { concordance: compared } : {}) };
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
        <section><h3>Slides</h3><ul class="check">{checks.map((check) => <li key={check.text}><Sign mark={check.mark} /><span>{check.text}</span></li>)}</ul></section>
        {ticks.length > 0 && <Ticks ticks={ticks} ticked={ticked} tick={tick} />}
        {compares && <Compared value={compared} choose={compare} />}
        {damaged && <Override reason={reason} say={setReason} />}
        {refused && <p role="alert"><Say mark="bad"><span class="wrap">{refused.title.replace(/\.$/, "")}. {refused.text}</span></Say></p>}
      </div>
      <div class="ends"><Button act={close} cap="Esc">Read on</Button><Button kind="main" cap="Ctrl Enter" off={blocked || busy} act={() => void sign()}>{WAYS[what].action}</Button></div>
    </Dialog>
  );
}

function Ticks({ ticks, ticked, tick }: { ticks: Tick[]; ticked: ReadonlySet<string>; tick: (key: string) => void }) {
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

/** Signs, or says why not; null means that the dialog has nothing more to ask. */
async function signOut(what: Way, seen: Case, more: Record<string, unknown>): Promise<{ refused: Refused; needs: string[] } | null> {
  await save();
  const held = claim.value;
  if (held.kind !== "mine") return null;
  const scans = slidesOf(seen).flatMap((slide) => slide.scan ? [{ scan: slide.scan.id, generation: slide.scan.generation, opened: opened.value.has(slide.scan.id) }] : []);
  try {
    const done = await send<{ signed_at: string }>("POST", `/claims/${held.id}/${WAYS[what].path}`, {
      fence: held.fence, case_revision: seen.revision, diagnosis: text.value, seen: scans, ...more,
    });
    if (what === "sign") claim.value = { kind: "signed", at: done.signed_at };
    else said.value = { mark: "good", title: `Interim report signed at ${time(done.signed_at)}.`, text: "The case stays yours; the report follows when its slides are here." };
    changed.value = null;
    void refresh(seen.id, "own");
    return null;
  } catch (cause) {
    return answerTo(cause, seen);
  }
}

async function answerTo(cause: unknown, seen: Case): Promise<{ refused: Refused; needs: string[] } | null> {
  if (isLost(cause)) return null;
  if (cause instanceof Problem && cause.code === "changed_since_you_looked") {
    const changes = (cause.extra["changes"] ?? []) as { text: string; scan?: string | null }[];
    await refresh(seen.id);
    // The new scan is in the case as it is now, not in the one that was about to be signed.
    const scan = changes.find((each) => each.scan)?.scan;
    const at = scan && loaded.value ? slidesOf(loaded.value).find((slide) => slide.scan?.id === scan)?.id : undefined;
    changed.value = changedNotice(changes.map((each) => each.text), at);
    return null;
  }
  if (cause instanceof Problem && cause.code === "glass_unread") {
    const slides = (cause.extra["slides"] ?? []) as string[];
    deferred(slides);
    return { refused: { title: cause.message, text: `${namesOf(seen, slides)}. ${cause.detail}` }, needs: [] };
  }
  const needs = cause instanceof Problem && cause.code === "missing_acknowledgement" ? (cause.extra["needs"] as string[]) : [];
  return { refused: inWords(cause), needs };
}
