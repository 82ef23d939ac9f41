// Ordering recuts or stains of a block, and saying that they will not come.
import { useState } from "preact/hooks";
import { FormDialog, Line, ReasonDialog } from "../shell/dialog";
import type { Case, ExtraWork } from "../shell/wire";
import { blockOf, blocksOf, stainsOf, workNames, workWords } from "./orderwords";
import { endWork, orderWork } from "./orders";
import { chosen } from "./reading";

const MOST = 20;

export function ExtraWorkDialog({ of, close }: { of: Case; close: () => void }) {
  const [block, setBlock] = useState(() => blockOf(of, chosen.value));
  const [recut, setRecut] = useState(false);
  const [typed, type] = useState("");
  const [reason, say] = useState("");
  const stains = stainsOf(typed);
  const off = block === "" || stains.length === 0 || stains.length > MOST || reason.trim() === "";
  const act = async () => { await orderWork(block, recut, stains, reason.trim()); close(); };
  return (
    <FormDialog title={`Extra work for ${of.number}`} action="Order" off={off} close={close} act={act}>
      <label>Block
        <select class="in wide" value={block} onChange={(event) => setBlock(event.currentTarget.value)}>
          {blocksOf(of).map((code) => <option key={code} value={code}>{code}</option>)}
        </select></label>
      <fieldset><legend>What is made</legend>
        <label class="tickline"><input type="radio" name="made" checked={!recut} onChange={() => setRecut(false)} /><span>Stains of what is cut</span></label>
        <label class="tickline"><input type="radio" name="made" checked={recut} onChange={() => setRecut(true)} /><span>A recut, then stained</span></label>
      </fieldset>
      <Line label="Stains, with commas between them" value={typed} say={type} />
      <p class="q s" role="status">{stains.length > MOST ? `${MOST} slides at most are asked for at once.` : workWords(block, recut, stains)}</p>
      <Line label="Reason" value={reason} say={say} />
    </FormDialog>
  );
}

export function EndWorkDialog({ work, noTissue, close }: { work: ExtraWork; noTissue: boolean; close: () => void }) {
  return (
    <ReasonDialog title={noTissue ? "No tissue left" : "Cancel extra work"} close={close} label="Reason" required
      action={noTissue ? "No tissue left" : "Cancel extra work"}
      text={`${workNames(work)}. What is not here is waived, and the case does not wait for it any more.`}
      act={async (why) => { await endWork(work, noTissue, why); close(); }} />
  );
}
