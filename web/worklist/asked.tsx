// The dialogs over the worklist: why a case is claimed or declined, to whom it is offered, who may read it, how cases are ordered.
import { useState } from "preact/hooks";
import { Dialog, FormDialog, ReasonDialog } from "../shell/dialog";
import { EligibleDialog, EligibleField } from "../shell/eligible";
import { Button } from "../shell/marks";
import type { Eligible, Row } from "../shell/wire";
import { AnswerDialog } from "./answer";
import { HeldDialog } from "./held";
import { claim, decline, offer } from "./list";

export type Asking = { what: "claim" | "decline" | "offer" | "who" | "held"; row: Row } | { what: "order" } | { what: "answer" } | null;

const SHORTEST_S = 60, LONGEST_S = 120, USUAL_S = 90;

export function Asked({ asking, close }: { asking: Asking; close: () => void }) {
  if (asking === null) return null;
  if (asking.what === "order") return <Order close={close} />;
  if (asking.what === "answer") return <AnswerDialog close={close} />;
  const { row, what } = asking;
  const name = `${row.number}, ${row.patient.name}`;
  if (what === "who") return <EligibleDialog title={`Who may read ${row.number}`} path={`/readings/${row.reading}/eligibility`} close={close} />;
  if (what === "held") return <HeldDialog row={row} close={close} />;
  if (what === "offer") return <OfferDialog row={row} close={close} />;
  if (what === "claim") {
    return <ReasonDialog title={`Claim ${row.number}`} close={close} label="Why this one, and not the next" action="Claim this case" required
      text={`${name}. This takes the case out of order; your reason is kept with the claim.`} act={async (why) => { await claim(row, why); close(); }} />;
  }
  return <ReasonDialog title={`Decline ${row.number}`} close={close} label="Reason" action="Decline" required
    text={`${name}. The case returns to the list and is offered to the next pathologist who may read it.`} act={async (why) => { await decline(row, why); close(); }} />;
}

/** Keeps a waiting case for one colleague for a minute or two. */
function OfferDialog({ row, close }: { row: Row; close: () => void }) {
  const [to, choose] = useState<Eligible | null>(null);
  const [seconds, setSeconds] = useState(USUAL_S);
  const fits = Number.isInteger(seconds) && seconds >= SHORTEST_S && seconds <= LONGEST_S;
  const act = async () => { if (to) { await offer(row, to, seconds); close(); } };
  return (
    <FormDialog title={`Offer ${row.number}`} wide action="Offer" off={to === null || !fits} close={close} act={act}>
      <p class="q">{row.patient.name}. Nobody else can take the case meanwhile. If the offer is not accepted, it waits again in its place.</p>
      <EligibleField path={`/readings/${row.reading}/eligibility`} label="Pathologist" chosen={to} choose={choose} />
      <label>For how many seconds, {SHORTEST_S} to {LONGEST_S}
        <input class="in wide" type="number" min={SHORTEST_S} max={LONGEST_S} value={seconds} onInput={(event) => setSeconds(event.currentTarget.valueAsNumber)} /></label>
    </FormDialog>
  );
}

function Order({ close }: { close: () => void }) {
  return (
    <Dialog title="How cases are ordered" close={close}>
      <ol class="why">
        <li>Earliest due first. An urgent case counts as due earlier than it is, an immediate one earlier still, so it stands before routine cases but cannot hold them back for ever.</li>
        <li>You are offered only what you may read: your specialties, your site, and the sites an agreement opens to you.</li>
        <li>The server picks when you press N, in one step with the claim. Two people never get the same case.</li>
        <li>The details of each case say why it stands where it does.</li>
      </ol>
      <div class="ends"><Button kind="main" cap="Esc" act={close}>Close</Button></div>
    </Dialog>
  );
}
