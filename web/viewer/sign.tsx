// The last look before a report exists: whose, what text, which slides, what is missing. The server checks all of it again.
import { useState } from "preact/hooks";
import { Problem, inWords, send } from "../shell/api";
import { minute } from "../shell/clock";
import { Dialog } from "../shell/dialog";
import { Button, Say, Sign } from "../shell/marks";
import type { Case } from "../shell/wire";
import { born, sentence } from "../shell/words";
import { type Tick, checksOf, slidesOf, ticksOf } from "./checks";
import { changed, changedNotice, claim, isLost, loaded, opened, refresh, save, text } from "./reading";

interface Refused { title: string; text: string }

export function SignDialog({ of, close }: { of: Case; close: () => void }) {
  // What is signed is what stood here when the dialog opened; a newer revision is the server's reason to refuse.
  const [seen] = useState(of);
  const [needs, setNeeds] = useState<string[]>([]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const ticks = ticksOf(seen, needs);
  const checks = checksOf(seen, opened.value);
  const damaged = checks.some((check) => check.byReason);
  const stands = checks.some((check) => check.mark === "bad" && !(check.byReason && reason.trim() !== ""));
  const blocked = text.value.trim() === "" || stands || ticks.some(({ key }) => !ticked.has(key));
  const tick = (key: string) => { const next = new Set(ticked); if (!next.delete(key)) next.add(key); setTicked(next); };
  const sign = async () => {
    if (blocked || busy) return;
    setBusy(true);
    const no = await signOut(seen, ticks.map(({ key }) => key), damaged ? reason.trim() : "");
    setBusy(false);
    if (no === null) return close();
    setRefused(no.refused);
    setNeeds(no.needs);
  };
  return (
    <Dialog title={`Sign out ${seen.number}`} wide close={close}>
      <div class="fill" onKeyDown={(event) => { if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); void sign(); } }}>
        <p><b>{seen.patient.name}</b>, born {born(seen.patient.born, minute.value)}, {sentence(seen.patient.sex).toLowerCase()}, record {seen.patient.record}</p>
        <section><h3>Diagnosis</h3>{text.value.trim() === "" ? <p><Say mark="bad">Nothing is written yet</Say></p> : <p class="prose boxed">{text.value}</p>}</section>
        <section><h3>Slides</h3><ul class="check">{checks.map((check) => <li key={check.text}><Sign mark={check.mark} /><span>{check.text}</span></li>)}</ul></section>
        {ticks.length > 0 && <Ticks ticks={ticks} ticked={ticked} tick={tick} />}
        {damaged && <Override reason={reason} say={setReason} />}
        {refused && <p role="alert"><Say mark="bad"><span class="wrap">{refused.title}. {refused.text}</span></Say></p>}
      </div>
      <div class="ends"><Button act={close} cap="Esc">Read on</Button><Button kind="main" cap="Ctrl Enter" off={blocked || busy} act={() => void sign()}>Sign out</Button></div>
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

/** A damaged slide blocks signing; who signs all the same says why, for the record and on the report. */
function Override({ reason, say }: { reason: string; say: (reason: string) => void }) {
  return (
    <label>Why you sign although a scan is damaged
      <input class="in wide" value={reason} maxLength={500} autocomplete="off" onInput={(event) => say(event.currentTarget.value)} />
    </label>
  );
}

/** Signs, or says why not; null means that the dialog has nothing more to ask. */
async function signOut(seen: Case, acknowledged: string[], damage_reason: string): Promise<{ refused: Refused; needs: string[] } | null> {
  await save();
  const held = claim.value;
  if (held.kind !== "mine") return null;
  const scans = slidesOf(seen).flatMap((slide) => slide.scan ? [{ scan: slide.scan.id, generation: slide.scan.generation, opened: opened.value.has(slide.scan.id) }] : []);
  try {
    const done = await send<{ signed_at: string }>("POST", `/claims/${held.id}/sign-out`, {
      fence: held.fence, case_revision: seen.revision, diagnosis: text.value, seen: scans, acknowledged, damage_reason,
    });
    claim.value = { kind: "signed", at: done.signed_at };
    changed.value = null;
    void refresh(seen.id);
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
  const needs = cause instanceof Problem && cause.code === "missing_acknowledgement" ? (cause.extra["needs"] as string[]) : [];
  return { refused: inWords(cause), needs };
}
