// Giving the case to a colleague: whom, and why. The draft goes along, read-only for them.
import { useState } from "preact/hooks";
import { ColleagueField } from "../shell/colleague";
import { FormDialog, Line } from "../shell/dialog";
import type { Case, Colleague } from "../shell/wire";
import { handOver } from "./orders";

export function HandOverDialog({ of, close }: { of: Case; close: () => void }) {
  const [to, choose] = useState<Colleague | null>(null);
  const [reason, say] = useState("");
  const act = async () => { if (to) { await handOver(to, reason.trim()); close(); } };
  return (
    <FormDialog title={`Hand over ${of.number}`} action="Hand over" off={to === null || reason.trim() === ""} close={close} act={act}>
      <p class="q">{of.patient.name}. Your colleague holds the case from then on, with its age. Your draft is saved first; they see it as unfinished, read only.</p>
      <ColleagueField specialty={of.specialty} label="Colleague" chosen={to} choose={choose} />
      <Line label="Reason" value={reason} say={say} />
    </FormDialog>
  );
}
