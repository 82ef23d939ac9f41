// What this case waits for: extra work, with the ways to end it, and slides to be read on glass.
import { useState } from "preact/hooks";
import { sayNo } from "../shell/api";
import { minute } from "../shell/clock";
import { Button, Say } from "../shell/marks";
import type { Case, Deferred, ExtraWork } from "../shell/wire";
import { unreadGlass } from "./checks";
import { glassWhy, workNames, workWhy } from "./orderwords";
import { glassRead } from "./orders";
import type { Opening } from "./opened";
import { reading } from "./reading";

export function Waiting({ of, open }: { of: Case; open: (what: Opening) => void }) {
  const glass = unreadGlass(of, reading.value?.id);
  return (
    <>
      {of.extra_work.length > 0 && (
        <section class="signed" aria-label="Waited for"><h2>Waited for</h2>
          {of.extra_work.map((work) => <Work key={work.id} work={work} open={open} />)}
        </section>)}
      {glass.length > 0 && (
        <section class="signed" aria-label="To be read on glass"><h2>To be read on glass</h2>
          {glass.map((each) => <Glass key={each.slide} of={each} />)}
        </section>)}
    </>
  );
}

/** Who asked for it can end it. */
function Work({ work, open }: { work: ExtraWork; open: (what: Opening) => void }) {
  const names = workNames(work);
  const end = (noTissue: boolean) => open({ what: "end", work, noTissue });
  return (
    <div class="owed"><p class="s"><Say mark="wait"><span class="wrap">{names}</span></Say></p>
      <p class="s q">{workWhy(work, minute.value)}</p>
      {work.mine && <p class="line"><Button named={`Cancel: ${names}`} act={() => end(false)}>Cancel</Button>
        <Button named={`No tissue left: ${names}`} act={() => end(true)}>No tissue left</Button></p>}</div>
  );
}

function Glass({ of }: { of: Deferred }) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const read = () => { glassRead(of).then(() => setRefusal(null), (cause: unknown) => setRefusal(sayNo(cause))); };
  return (
    <div class="owed"><p class="s"><Say mark="note">{of.name} {of.stain}</Say></p>
      <p class="s q">{glassWhy(of, minute.value)}</p>
      <Button named={`The glass was read: ${of.name}`} act={read}>The glass was read</Button>
      {refusal && <p class="s" role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}</div>
  );
}
