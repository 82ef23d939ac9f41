// The selected case at a glance, and the acts on it. It opens nothing and claims nothing.
import { useEffect, useState } from "preact/hooks";
import { inWords } from "../shell/api";
import { minute } from "../shell/clock";
import { Button, Say } from "../shell/marks";
import { go } from "../shell/router";
import { session } from "../shell/session";
import { Thumbnail } from "../shell/thumbnail";
import type { Case, Row, Slide } from "../shell/wire";
import { born, count, dueLong, moment, phrase, timeToSecond } from "../shell/words";
import { Doubt } from "../shell/doubt";
import { keyOf, known, look } from "./inside";
import { current, held, shown } from "./list";
import { holderWords, isOffered, mayOffer, placeWords } from "./rows";

const REST_MS = 400, THUMBS = 8;

/** What can be done with a row; each does nothing where the row is not of its kind. */
export interface RowActs {
  claim: (row: Row) => void; decline: (row: Row) => void; offer: (row: Row) => void; accept: (row: Row) => void; who: (row: Row) => void;
  held: (row: Row) => void;
}

export function Peek({ act, close, open }: { act: RowActs; close: () => void; open: boolean }) {
  const row = current.value?.row;
  const name = open ? "peek open" : "peek";
  if (!row) return <aside class={name} aria-label="Selected case"><p class="q">Select a case to see it here.</p></aside>;
  const when = dueLong(row.due_at, minute.value);
  return (
    <aside class={name} aria-label="Selected case">
      <div class="peek-head"><div><p class="q s">{row.number} · {row.site}</p><h2>{row.patient.name}</h2>
        <p class="q">Born {born(row.patient.born, minute.value)} · {row.patient.sex ?? "sex not known"} · <span class="whole" title={row.patient.record_issuer}>record {row.patient.record}</span></p></div>
        <span class="drawer-only"><Button kind="quiet" cap="Space" act={close}>Close</Button></span></div>
      <div>{when.mark ? <Say mark={when.mark}>{when.text}</Say> : <p>{when.text}</p>}<p class="q s">Received {moment(row.received_at, minute.value)} · {row.priority}</p></div>
      <Inside of={row} key={row.case} />
      {row.why.length > 0 && <div><h3>{placeWords(shown.value, held.value, row.reading)}</h3><ol class="why">{row.why.map((why) => <li key={why}>{why}</li>)}</ol></div>}
      <Acts row={row} act={act} />
    </aside>
  );
}

function Acts({ row, act }: { row: Row; act: RowActs }) {
  const open = () => go(`/read/${row.case}`);
  const past = session.value?.role === "manager" && <Button kind="quiet full" act={() => act.held(row)}>Who held it, and why</Button>;
  if (row.claim?.offer_until && isOffered(row)) {
    return (
      <div class="acts"><p class="q s full">Offered to you until {timeToSecond(row.claim.offer_until)}.</p>
        <Button kind="main" cap="C" act={() => act.accept(row)}>Accept</Button><Button kind="full" cap="D" act={() => act.decline(row)}>Decline</Button></div>
    );
  }
  if (row.mine) {
    return (
      <div class="acts"><Button kind="main" cap="Enter" act={open}>Open this case</Button>
        {row.claim && !row.claim.begun && <Button cap="D" act={() => act.decline(row)}>Decline</Button>}</div>
    );
  }
  if (row.state === "waiting" && session.value?.pathologist) {
    return (
      <div class="acts"><Button kind="main" cap="C" act={() => act.claim(row)}>Claim this case</Button>
        <Button cap="Enter" act={open}>Look, read only</Button></div>
    );
  }
  if (mayOffer(row, session.value) && !current.value?.gone) {
    return (
      <div class="acts"><Button kind="main" cap="O" act={() => act.offer(row)}>Offer to…</Button>
        <Button cap="Enter" act={open}>Look, read only</Button><Button kind="quiet full" act={() => act.who(row)}>Who may read it</Button>{past}</div>
    );
  }
  return (
    <div class="acts">
      {row.holder && <p class="q s full">{holderWords(row, minute.value)}</p>}
      <Button kind="main" cap="Enter" act={open}>Look, read only</Button>{past}
    </div>
  );
}

/** The slides and the request; what the row does not say is read after the selection has rested, so that J J J asks once. */
function Inside({ of }: { of: Row }) {
  const [found, setFound] = useState<Case | null>(known(of) ?? null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const key = keyOf(of);
  useEffect(() => {
    const already = known(of);
    if (already !== undefined) { setFound(already); return undefined; }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      look(of, stop.signal).then((got) => { setFound(got); setRefusal(null); }, (cause: unknown) => {
        if (!stop.signal.aborted) setRefusal(inWords(cause).title);
      });
    }, REST_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [key]);
  return (
    <>
      <div><h3>Slides, {of.slides.here} of {of.slides.expected}</h3>{found && <Thumbs of={found} />}</div>
      {refusal && <p class="s"><Say mark="warn">{refusal}</Say></p>}
      {found?.content.clinical_details && <div><h3>Clinical details</h3><p class="s">{found.content.clinical_details}</p></div>}
      <Request of={of} found={found} />
    </>
  );
}

function Thumbs({ of }: { of: Case }) {
  const slides = [...of.specimens.flatMap((part) => part.blocks.flatMap((block) => block.slides)), ...of.loose_slides];
  const more = slides.length - THUMBS;
  return (
    <>
      <div class="thumbs">{slides.slice(0, THUMBS).map((slide) => <Thumb key={slide.scan?.id ?? slide.id} slide={slide} />)}</div>
      {more > 0 && <p class="q s">and {more} more</p>}
    </>
  );
}

function Thumb({ slide }: { slide: Slide }) {
  return (
    <figure>
      <Picture slide={slide} />
      <figcaption>{slide.name}<br />{slide.stain}<Doubt of={slide.scan?.quality} /></figcaption>
    </figure>
  );
}

/** Managers see cases, not tissue: their pages do not ask for it. */
function Picture({ slide }: { slide: Slide }) {
  if (!slide.scan) return <span class="gap">{slide.expectation === "waived" ? "Waived" : "Expected"}</span>;
  if (session.value?.role === "manager") return <span class="gap">Not shown</span>;
  return <Thumbnail scan={slide.scan.id} alt={`Slide ${slide.name}`} none="No picture" />;
}

function Request({ of, found }: { of: Row; found: Case | null }) {
  const parts = found?.specimens.map((part) => `Part ${part.part}, ${phrase(`${part.site}, ${part.specimen_type}`)}`) ?? [];
  const { here, expected } = of.slides;
  return (
    <div><h3>Request</h3><dl class="facts">
      {found && <><dt>Requester</dt><dd>{found.content.requester ?? "Not known"}</dd></>}
      <dt>Specimen</dt><dd>{parts.length > 0 ? parts.map((part) => <div key={part}>{part}</div>) : phrase(of.specimen) || "Not known"}</dd>
      {found && found.numbers.length > 1 && <><dt>Numbers</dt><dd>{found.numbers.map((n) => <div key={n.issuer}><span class="whole">{n.value}</span> <span class="q">{n.issuer}, {n.role}</span></div>)}</dd></>}
      <dt>Load</dt><dd>{count(expected, "slide")}{here < expected && `, ${expected - here} not here yet`}</dd>
    </dl></div>
  );
}
