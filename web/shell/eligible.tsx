// The people whom a reading could concern: to choose one who may, or only to look at. Asked afresh each time it opens.
import { useEffect, useState } from "preact/hooks";
import { read, sayNo } from "./api";
import { learn } from "./clock";
import { Dialog } from "./dialog";
import { beyondWords, loadWords, mayWords, nobodyWords, onlyOne, placeWords, reasonsOf } from "./eligiblewords";
import { Button, Ghosts, Say, Sign } from "./marks";
import type { Eligibility, Eligible } from "./wire";

/**
 * Chooses one of those who may; the only one there is stands chosen. Who may not is shown with the reason. With `nobody`, words for
 * no name at all, none need be chosen, and who is away or full may be.
 */
export function EligibleField({ path, label, nobody, chosen, choose }: {
  path: string; label: string; nobody?: string; chosen: Eligible | null; choose: (who: Eligible | null) => void;
}) {
  const asked = useEligible(path, (people) => { const only = nobody ? null : onlyOne(people); if (only) choose(only); });
  const fits = (one: Eligible) => one.may || (nobody !== undefined && one.may_later);
  return (
    <fieldset class="whom"><legend>{label}</legend>
      {nobody && <label class="tickline"><input type="radio" name="whom" value="" checked={chosen === null} onChange={() => choose(null)} /><span>{nobody}</span></label>}
      <Answered asked={asked} each={(one) => (
        <label class="tickline"><input type="radio" name="whom" value={one.pathologist} disabled={!fits(one)} checked={chosen?.pathologist === one.pathologist} onChange={() => choose(one)} />
          <Person one={one} /></label>)} />
    </fieldset>
  );
}

/** Who may read a waiting case, to look at. */
export function EligibleDialog({ title, path, close }: { title: string; path: string; close: () => void }) {
  const asked = useEligible(path);
  return (
    <Dialog title={title} wide close={close}>
      <Answered asked={asked} each={(one) => (
        <p class="tickline"><Sign mark={one.may ? "good" : "wait"} /><Person one={one} says={mayWords(one)} /></p>)} />
      <div class="ends"><Button kind="main" cap="Esc" act={close}>Close</Button></div>
    </Dialog>
  );
}

type Asked = { found: Eligibility | null; refusal: string | null };

function useEligible(path: string, then?: (people: Eligible[]) => void): Asked {
  const [asked, setAsked] = useState<Asked>({ found: null, refusal: null });
  useEffect(() => {
    const stop = new AbortController();
    read<Eligibility>(path, stop.signal).then((found) => { learn(found.now); setAsked({ found, refusal: null }); then?.(found.people); },
      (cause: unknown) => { if (!stop.signal.aborted) setAsked({ found: null, refusal: sayNo(cause) }); });
    return () => stop.abort();
  }, [path]);
  return asked;
}

function Answered({ asked: { found, refusal }, each }: { asked: Asked; each: (one: Eligible) => preact.JSX.Element }) {
  if (refusal) return <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>;
  if (!found) return <Ghosts lines={3} />;
  const nobody = nobodyWords(found.people), beyond = beyondWords(found.beyond);
  return (
    <>
      {nobody && <p role="status"><Say mark="wait"><span class="wrap">{nobody}</span></Say></p>}
      <ul class="people whom" tabIndex={0} aria-label="Pathologists">{found.people.map((one) => (
        <li key={one.pathologist} data-person={one.name}>{each(one)}{!one.may && <Reasons of={one} />}</li>))}</ul>
      {beyond && <p class="q s">{beyond}</p>}
    </>
  );
}

function Person({ one, says }: { one: Eligible; says?: string }) {
  return <span class={one.may ? "" : "q"}><b>{one.name}</b> <span class="q">{placeWords(one)}, {loadWords(one)}{says && `. ${says}`}</span></span>;
}

/** The first reason in words; the others open under it. */
function Reasons({ of }: { of: Eligible }) {
  const [first, ...rest] = reasonsOf(of);
  if (!first) return null;
  if (rest.length === 0) return <p class="s q">{first}</p>;
  return <details class="s q"><summary>{first} <span class="qq">and {rest.length} more</span></summary><ul>{rest.map((why) => <li key={why}>{why}</li>)}</ul></details>;
}
