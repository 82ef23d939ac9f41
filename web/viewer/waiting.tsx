// What this case waits for: extra work, with the ways to end it, and slides to be read on glass.
import { useState } from "preact/hooks";
import { sayNo } from "../shell/api";
import { Button, Say } from "../shell/marks";
import type { Case, Slide } from "../shell/wire";
import { someOf } from "../shell/words";
import { fullName, slidesOf } from "./checks";
import { type Waited, otherAwaited } from "./orderwords";
import { glassRead, onGlass, waited } from "./orders";
import type { Opening } from "./opened";

export function Waiting({ of, open }: { of: Case; open: (what: Opening) => void }) {
  const glass = slidesOf(of).filter(({ id }) => onGlass.value.has(id));
  const others = otherAwaited(of, waited.value);
  return (
    <>
      {(waited.value.length > 0 || others.length > 0) && (
        <section class="signed" aria-label="Waited for"><h2>Waited for</h2>
          {waited.value.map((each) => <Work key={each.asked.work} each={each} open={open} />)}
          {others.length > 0 && <p class="s q">{someOf(others.map(fullName))}: expected. Who asked for it can cancel it.</p>}
        </section>)}
      {glass.length > 0 && (
        <section class="signed" aria-label="To be read on glass"><h2>To be read on glass</h2>
          {glass.map((slide) => <Glass key={slide.id} slide={slide} />)}
        </section>)}
    </>
  );
}

function Work({ each, open }: { each: Waited; open: (what: Opening) => void }) {
  const { asked, slides } = each;
  const names = someOf(slides.map(fullName), 6);
  const end = (noTissue: boolean) => open({ what: "end", work: asked, noTissue });
  return (
    <div class="owed"><p class="s"><Say mark="wait"><span class="wrap">{names}{asked.recut && ", a recut"}</span></Say></p>
      <p class="line"><Button named={`Cancel: ${names}`} act={() => end(false)}>Cancel</Button>
        <Button named={`No tissue left: ${names}`} act={() => end(true)}>No tissue left</Button></p></div>
  );
}

function Glass({ slide }: { slide: Slide }) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const read = () => { glassRead(slide).then(() => setRefusal(null), (cause: unknown) => setRefusal(sayNo(cause))); };
  return (
    <div class="owed"><p class="s"><Say mark="note">{fullName(slide)}</Say></p>
      <Button named={`The glass was read: ${slide.name}`} act={read}>The glass was read</Button>
      {refusal && <p class="s" role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}</div>
  );
}
