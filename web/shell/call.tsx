// The call on every page: an immediate case that waits or an offer, in the strip, with the way to take it.
import { useEffect, useState } from "preact/hooks";
import { BY_SECOND_MS, type Call, announcement, headWords, restWords } from "./callwords";
import { accept, calls, decline, take, told } from "./calls";
import { minute, second } from "./clock";
import { Dialog, ReasonDialog } from "./dialog";
import { Button, Sign } from "./marks";
import type { Offer } from "./wire";

/** What was announced in this window; going to another page says nothing twice. */
const announced = new Set<string>();
type Asking = { what: "all" } | { what: "decline"; offer: Offer } | null;

export function Calls() {
  const [asking, setAsking] = useState<Asking>(null);
  const all = calls.value;
  const [first, ...rest] = all;
  const close = () => setAsking(null);
  return (
    <>
      <Announcer all={all} />
      {(first || told.value) && (
        <section class={first && markOf(first) === "bad" ? "call immediate" : "call"} aria-label="Calls">
          {told.value && <span class="words" role="status">{told.value}</span>}
          {first && <><span class="line"><Sign mark={markOf(first)} /><span class="words"><Words call={first} /></span></span><Acts call={first} ask={setAsking} /></>}
          {rest.length > 0 && <Button act={() => setAsking({ what: "all" })}>{rest.length} more</Button>}
        </section>)}
      {asking?.what === "all" && <AllDialog all={all} ask={setAsking} close={close} />}
      {asking?.what === "decline" && <DeclineDialog offer={asking.offer} close={close} />}
    </>
  );
}

/** Says each call once to who cannot see it, and waits for a pause to do so. */
function Announcer({ all }: { all: Call[] }) {
  const [text, setText] = useState("");
  const keys = all.map(({ key }) => key).join(" ");
  useEffect(() => {
    const fresh = all.filter(({ key }) => !announced.has(key));
    for (const { key } of fresh) announced.add(key);
    if (fresh.length > 0) setText(announcement(fresh));
  }, [keys]);
  return <p class="hide" role="alert" aria-live="polite">{text}</p>;
}

function Words({ call }: { call: Call }) {
  const since = call.kind === "waiting" && call.of.ready_at ? Date.parse(call.of.ready_at) : 0;
  const now = second.value - since < BY_SECOND_MS ? second.value : minute.value;
  return <><b title={call.of.issuer}>{headWords(call)}</b>, {restWords(call, now)}</>;
}

function Acts({ call, ask }: { call: Call; ask: (what: Asking) => void }) {
  const { number } = call.of;
  if (call.kind === "waiting") return <Pressed named={`Take it: ${number}`} act={() => take(call.of)}>Take it</Pressed>;
  return (
    <>
      <Pressed named={`Accept: ${number}`} act={() => accept(call.of)}>Accept</Pressed>
      <Button named={`Decline: ${number}`} act={() => ask({ what: "decline", offer: call.of })}>Decline</Button>
    </>
  );
}

/** Rests while its act is on the way, so that two presses are one. */
function Pressed({ named, act, children }: { named: string; act: () => Promise<void>; children: string }) {
  const [busy, setBusy] = useState(false);
  const press = () => { setBusy(true); void act().finally(() => setBusy(false)); };
  return <Button kind="main" named={named} off={busy} act={press}>{children}</Button>;
}

function AllDialog({ all, ask, close }: { all: Call[]; ask: (what: Asking) => void; close: () => void }) {
  return (
    <Dialog title="What calls for you" wide close={close}>
      {told.value && <p role="status">{told.value}</p>}
      {all.length === 0 && <p class="q">Nothing calls any more.</p>}
      <ul class="callers">{all.map((call) => (
        <li key={call.key}><Sign mark={markOf(call)} /><span class="grow"><Words call={call} /></span><Acts call={call} ask={ask} /></li>))}</ul>
      <div class="ends"><Button act={close} cap="Esc">Close</Button></div>
    </Dialog>
  );
}

function DeclineDialog({ offer, close }: { offer: Offer; close: () => void }) {
  return (
    <ReasonDialog title={`Decline ${offer.number}`} close={close} label="Reason" action="Decline" required
      text="The case waits again and is offered to the next pathologist who may read it." act={async (why) => { await decline(offer, why); close(); }} />
  );
}

function markOf(call: Call) { return call.kind === "waiting" || call.of.priority === "immediate" ? "bad" as const : "go" as const; }
