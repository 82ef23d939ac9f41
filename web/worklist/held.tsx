// Who held a case and why, claim by claim: what was said then, and whether its facts say the same today. For managers.
import { useEffect, useState } from "preact/hooks";
import { inWords, read } from "../shell/api";
import { minute } from "../shell/clock";
import { Dialog } from "../shell/dialog";
import { Button, Say } from "../shell/marks";
import type { Row } from "../shell/wire";
import { type Decision, againWords, heldWords } from "./heldwords";

export function HeldDialog({ row, close }: { row: Row; close: () => void }) {
  const [found, setFound] = useState<Decision[] | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    read<Decision[]>(`/decisions?case=${row.case}`).then(setFound, (cause: unknown) => setRefusal(inWords(cause).title));
  }, [row.case]);
  return (
    <Dialog title={`Who held ${row.number}, and why`} wide close={close}>
      {refusal && <p role="alert"><Say mark="bad">{refusal}</Say></p>}
      {found?.length === 0 && <p class="q">Nobody has held it yet.</p>}
      {found && <ol class="why">{found.map((one) => <Held key={one.claim} of={one} />)}</ol>}
      <div class="ends"><Button act={close} cap="Esc">Close</Button></div>
    </Dialog>
  );
}

function Held({ of }: { of: Decision }) {
  const today = againWords(of);
  return (
    <li>
      <p>{heldWords(of, minute.value)}{of.out_of_order && " Taken out of order."}</p>
      {of.said.map((said) => <p key={said} class="q s">{said}</p>)}
      <p class="s"><Say mark={today.mark}><span class="wrap">{today.text}</span></Say></p>
    </li>
  );
}
