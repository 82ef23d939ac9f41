// Extra work the laboratory owes, the most urgent first, and the way to say that a block has no tissue left.
import { useState } from "preact/hooks";
import { minute } from "../shell/clock";
import { ReasonDialog } from "../shell/dialog";
import { Button, Say } from "../shell/marks";
import type { Owed } from "../shell/wire";
import { noTissueLeft } from "./desk";
import { owedWords, owedWhen } from "./words";

export function OwedWork({ rows }: { rows: Owed[] }) {
  const [asking, setAsking] = useState<Owed | null>(null);
  return (
    <section class="panel owing" aria-label="Extra work">
      <header><h2>Extra work</h2><span class="q s">asked for by who reads the case</span></header>
      {rows.length === 0 && <p class="pad q">No recut or stain is owed. What is asked for stands here until all its slides are scanned.</p>}
      <ul class="lists">{rows.map((row) => <One key={row.work} row={row} end={() => setAsking(row)} />)}</ul>
      {asking && <NoTissue row={asking} close={() => setAsking(null)} />}
    </section>
  );
}

function One({ row, end }: { row: Owed; end: () => void }) {
  const when = owedWhen(row, minute.value);
  return (
    <li class="glass">
      <p class="line"><b class="whole">{row.number}</b><span class="grow" /><Button named={`No tissue left: ${row.number}`} act={end}>No tissue left</Button></p>
      <p class="s"><span class="q">{owedWords(row)}.</span> {row.reason}</p>
      <p class="xs q line"><span>{row.requester}</span>{when.mark ? <Say mark={when.mark}>{when.text}</Say> : <span>{when.text}</span>}</p>
    </li>
  );
}

function NoTissue({ row, close }: { row: Owed; close: () => void }) {
  return (
    <ReasonDialog title={`No tissue left for ${row.number}`} close={close} label="Reason" action="No tissue left" required
      text={`${owedWords(row)}, asked for by ${row.requester}. What is not here is waived, and the case does not wait for it any more.`}
      act={async (why) => { await noTissueLeft(row, why); close(); }} />
  );
}
