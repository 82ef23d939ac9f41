// The acts that are seldom needed, one press away, so that the reading page stays calm.
import { Dialog, ReasonDialog } from "../shell/dialog";
import { Button } from "../shell/marks";
import type { Case, Slide } from "../shell/wire";
import { fullName } from "./checks";
import { isWaitedFor } from "./orderwords";
import { deferToGlass } from "./orders";
import type { Opening } from "./opened";
import { onGlass, reading, slide } from "./reading";

export function MoreDialog({ of, open, close }: { of: Case; open: (what: Opening) => void; close: () => void }) {
  const at = slide.value;
  const waits = isWaitedFor(of, reading.value?.id);
  return (
    <Dialog title={`More for ${of.number}`} close={close}>
      <ul class="choices">
        <Choice name="Ask a colleague" means="A second opinion, an expert or a panel" act={() => open("ask")} />
        {at && !onGlass.value.has(at.id) && <Choice name={`Defer ${at.name} to glass`} means="Read it under the microscope before you sign" act={() => open({ what: "glass", slide: at })} />}
        {waits && <Choice name="Interim report" means="Say what can be said while extra work is waited for" act={() => open("interim")} />}
      </ul>
      <div class="ends"><Button act={close} cap="Esc">Read on</Button></div>
    </Dialog>
  );
}

function Choice({ name, means, act }: { name: string; means: string; act: () => void }) {
  return <li><button type="button" onClick={act}><b>{name}</b><span class="q s">{means}</span></button></li>;
}

export function GlassDialog({ of, close }: { of: Slide; close: () => void }) {
  return (
    <ReasonDialog title={`Defer ${of.name} to glass`} close={close} label="Why the picture is not enough" action="Defer to glass" required
      text={`${fullName(of)}. The report cannot be signed before you say that you read the glass.`} act={async (why) => { await deferToGlass(of, why); close(); }} />
  );
}
