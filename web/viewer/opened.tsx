// Which dialog stands over the reading page, and the acts that need no file of their own.
import { send } from "../shell/api";
import { takeThis } from "../shell/claims";
import { Dialog, ReasonDialog } from "../shell/dialog";
import { Button, Sign } from "../shell/marks";
import type { Case, ExtraWork, Incident, Report, Slide } from "../shell/wire";
import { NoChangeDialog, RecallDialog } from "./answers";
import { AskDialog } from "./ask";
import { CorrectDialog } from "./correct";
import { EndWorkDialog, ExtraWorkDialog } from "./extrawork";
import { HandOverDialog } from "./handover";
import { GlassDialog, MoreDialog } from "./more";
import { noticesOf } from "./notices";
import { claim, isLost, openCase, reading, save } from "./reading";
import { SignDialog } from "./sign";

export type Opening = "sign" | "interim" | "release" | "claim" | "notices" | "handover" | "work" | "ask" | "more"
  | { what: "glass"; slide: Slide } | { what: "end"; work: ExtraWork; noTissue: boolean }
  | { what: "nochange"; incident: Incident } | { what: "correct"; report: Report; amends: boolean; answers: Incident[] } | { what: "recall"; report: Report };

export function Opened({ at, of, open, close }: { at: Opening | null; of: Case; open: (what: Opening) => void; close: () => void }) {
  if (at === null) return null;
  if (typeof at === "object") return <About at={at} of={of} close={close} />;
  switch (at) {
    case "sign": case "interim": return <SignDialog of={of} what={at} close={close} />;
    case "notices": return <Notices of={of} close={close} />;
    case "handover": return <HandOverDialog of={of} close={close} />;
    case "work": return <ExtraWorkDialog of={of} close={close} />;
    case "ask": return <AskDialog of={of} close={close} />;
    case "more": return <MoreDialog of={of} open={open} close={close} />;
    case "release": return <ReleaseDialog of={of} close={close} />;
    case "claim": return <ClaimDialog of={of} close={close} />;
  }
}

/** The dialogs about one thing of the case. */
function About({ at, of, close }: { at: Exclude<Opening, string>; of: Case; close: () => void }) {
  switch (at.what) {
    case "glass": return <GlassDialog of={at.slide} close={close} />;
    case "end": return <EndWorkDialog work={at.work} noTissue={at.noTissue} close={close} />;
    case "nochange": return <NoChangeDialog of={of} incident={at.incident} close={close} />;
    case "correct": return <CorrectDialog of={of} report={at.report} amends={at.amends} answers={at.answers} close={close} />;
    case "recall": return <RecallDialog of={of} report={at.report} close={close} />;
  }
}

function ReleaseDialog({ of, close }: { of: Case; close: () => void }) {
  return (
    <ReasonDialog title={`Release ${of.number}`} close={close} label="Reason, if there is one" action="Release" required={false}
      text="The case returns to the list. Your draft is kept; the next one sees it as unfinished, read only." act={async (why) => { await release(why); close(); }} />
  );
}

function ClaimDialog({ of, close }: { of: Case; close: () => void }) {
  return (
    <ReasonDialog title={`Claim ${of.number}`} close={close} label="Why this one, and not the next" action="Claim this case" required
      text={`${of.patient.name}. This takes the case out of order; your reason is kept with the claim.`} act={async (why) => { await claimHere(of, why); close(); }} />
  );
}

function Notices({ of, close }: { of: Case; close: () => void }) {
  return (
    <Dialog title="What to know about this case" wide close={close}>
      <ul class="check">{noticesOf(of).map((notice) => <li key={notice.title + notice.text}><Sign mark={notice.mark} /><span><b>{notice.title}</b> {notice.text}</span></li>)}</ul>
      <div class="ends"><Button kind="main" cap="Esc" act={close}>Close</Button></div>
    </Dialog>
  );
}

async function release(reason: string): Promise<void> {
  await save();
  const held = claim.value;
  if (held.kind !== "mine") return;
  try {
    await send<void>("POST", `/claims/${held.id}/release`, { fence: held.fence, reason });
    claim.value = { kind: "released" };
  } catch (cause) {
    if (!isLost(cause)) throw cause;
  }
}

async function claimHere(of: Case, reason: string): Promise<void> {
  if (!reading.value) return;
  await takeThis(reading.value.id, reason);
  await openCase(of.id);
}
