// Giving the case to a colleague: whom, and why. The draft goes along, read-only for them.
import { useState } from "preact/hooks";
import { FormDialog, Line } from "../shell/dialog";
import { EligibleField } from "../shell/eligible";
import type { Case, Eligible } from "../shell/wire";
import { handOver } from "./orders";
import { claim } from "./reading";

export function HandOverDialog({ of, close }: { of: Case; close: () => void }) {
  const [to, choose] = useState<Eligible | null>(null);
  // The claim this dialog opened over; a new one would be another question.
  const [held] = useState(claim.value.kind === "mine" ? claim.value.id : "");
  const [reason, say] = useState("");
  const act = async () => { if (to) { await handOver(to, reason.trim()); close(); } };
  return (
    <FormDialog title={`Hand over ${of.number}`} wide action="Hand over" off={to === null || reason.trim() === ""} close={close} act={act}>
      <p class="q">{of.patient.name}. Your colleague holds the case from then on, with its age. Your draft is saved first; they see it as unfinished, read only.</p>
      <EligibleField path={`/claims/${held}/eligibility`} label="Colleague" chosen={to} choose={choose} />
      <Line label="Reason" value={reason} say={say} />
    </FormDialog>
  );
}
