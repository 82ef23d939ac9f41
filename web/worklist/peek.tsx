// The selected case at a glance, and the acts on it. It opens nothing and claims nothing.
import { useEffect, useState } from "preact/hooks";
import { inWords, read } from "../shell/api";
import { minute } from "../shell/clock";
import { Button, Say } from "../shell/marks";
import { go } from "../shell/router";
import { session } from "../shell/session";
import type { Case, Row, Slide } from "../shell/wire";
import { born, dueLong, moment, sentence, time } from "../shell/words";
import { current } from "./list";

const REST_MS = 150, THUMBS = 8;

export interface PeekActs { claim: (row: Row) => void; decline: (row: Row) => void; close: () => void; open: boolean }

export function Peek({ claim, decline, close, open }: PeekActs) {
  const row = current.value?.row;
  const name = open ? "peek open" : "peek";
  if (!row) return <aside class={name} aria-label="Selected case"><p class="q">Select a case to see it here.</p></aside>;
  const when = dueLong(row.due_at, minute.value);
  return (
    <aside class={name} aria-label="Selected case">
      <div class="peek-head"><div><p class="q s">{row.number} · {row.site}</p><h2>{row.patient.name}</h2>
        <p class="q">Born {born(row.patient.born, minute.value)} · {row.patient.sex ?? "sex not known"} · record {row.patient.record}</p></div>
        <span class="drawer-only"><Button kind="quiet" cap="Space" act={close}>Close</Button></span></div>
      <div><Say mark={when.mark}>{when.text}</Say><p class="q s">Received {moment(row.received_at, minute.value)} · {row.priority}</p></div>
      <Inside of={row} key={row.case} />
      {row.why.length > 0 && <div><h3>Why it stands here</h3><ol class="why">{row.why.map((why) => <li key={why}>{why}</li>)}</ol></div>}
      <Acts row={row} claim={claim} decline={decline} />
    </aside>
  );
}

function Acts({ row, claim, decline }: { row: Row } & Pick<PeekActs, "claim" | "decline">) {
  const open = () => go(`/read/${row.case}`);
  if (row.mine) {
    return (
      <div class="acts"><Button kind="main" cap="Enter" act={open}>Open this case</Button>
        {row.claim && !row.claim.begun && <Button cap="D" act={() => decline(row)}>Decline</Button>}</div>
    );
  }
  if (row.state === "waiting" && session.value?.pathologist) {
    return (
      <div class="acts"><Button kind="main" cap="C" act={() => claim(row)}>Claim this case</Button>
        <Button cap="Enter" act={open}>Look, read only</Button></div>
    );
  }
  return (
    <div class="acts">
      {row.holder && <p class="q s full">{row.holder.name}, {row.holder.site}, holds this case{row.claim?.hold_until ? ` to ${time(row.claim.hold_until)}` : ""}.</p>}
      <Button kind="main" cap="Enter" act={open}>Look, read only</Button>
    </div>
  );
}

/** What only the case itself knows; read after the selection has rested, so that J J J asks once. */
function Inside({ of }: { of: Row }) {
  const [found, setFound] = useState<Case | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      read<Case>(`/cases/${of.case}`, stop.signal).then(setFound, (cause: unknown) => {
        if (!stop.signal.aborted) setRefusal(inWords(cause).title);
      });
    }, REST_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [of.case, of.slides.here]);
  if (refusal) return <p class="q s">{refusal}.</p>;
  if (!found) return <p class="q s">Slides, {of.slides.here} of {of.slides.expected}</p>;
  return <><Thumbs of={found} row={of} /><Request of={found} /></>;
}

function Thumbs({ of, row }: { of: Case; row: Row }) {
  const slides = [...of.specimens.flatMap((part) => part.blocks.flatMap((block) => block.slides)), ...of.loose_slides];
  const more = slides.length - THUMBS;
  return (
    <div><h3>Slides, {row.slides.here} of {row.slides.expected}</h3>
      <div class="thumbs">{slides.slice(0, THUMBS).map((slide) => <Thumb key={slide.id} slide={slide} />)}</div>
      {more > 0 && <p class="q s">and {more} more</p>}
    </div>
  );
}

function Thumb({ slide }: { slide: Slide }) {
  const [broken, setBroken] = useState(false);
  const gap = slide.expectation === "waived" ? "Waived" : slide.scan ? "No picture" : "Expected";
  return (
    <figure>
      {slide.scan && !broken
        ? <img src={`/api/v1/scans/${slide.scan.id}/associated/thumbnail`} alt={`Thumbnail of ${slide.name}`} onError={() => setBroken(true)} />
        : <span class="gap">{gap}</span>}
      <figcaption>{slide.name}<br />{slide.stain}</figcaption>
    </figure>
  );
}

function Request({ of }: { of: Case }) {
  const parts = of.specimens.map((part) => `${part.part}: ${part.site}, ${part.specimen_type}`);
  return (
    <>
      {of.content.clinical_details && <div><h3>Clinical details</h3><p class="s">{of.content.clinical_details}</p></div>}
      <div><h3>Request</h3><dl class="facts">
        <dt>Requester</dt><dd>{of.content.requester ?? "Not known"}</dd>
        <dt>Specimen</dt><dd>{parts.length > 0 ? parts.map((part) => <div key={part}>{part}</div>) : "Not known"}</dd>
        <dt>Specialty</dt><dd>{sentence(of.specialty)}</dd>
        {of.numbers.length > 1 && <><dt>Numbers</dt><dd>{of.numbers.map((n) => <div key={n.issuer}>{n.value} <span class="q">{n.issuer}, {n.role}</span></div>)}</dd></>}
      </dl></div>
    </>
  );
}
