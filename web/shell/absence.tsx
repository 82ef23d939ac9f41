// Planning an absence: when, and who stands in; what becomes of all that is owned is shown before it can be recorded.
import { useEffect, useState } from "preact/hooks";
import { absenceWords, becomesWords, ownedWords, planWords, wrongTimes } from "./absencewords";
import { press, read, sayNo, send } from "./api";
import { second } from "./clock";
import { Person, useColleagues } from "./colleagues";
import { Dialog, FormDialog, Line } from "./dialog";
import { Button, Say } from "./marks";
import { enter, session } from "./session";
import type { Absence, AbsencePlan } from "./wire";

const HERE = "This time is of this computer's zone.";
const NOBODY: Fields = { pathologist: "", deputy: "", from: "", to: "", reason: "" };
interface Fields { pathologist: string; deputy: string; from: string; to: string; reason: string }

export function AbsenceDialog({ close }: { close: () => void }) {
  const me = session.value?.pathologist?.id;
  const [people, refusal] = useColleagues();
  const [fields, setFields] = useState<Fields>({ ...NOBODY, pathologist: me ?? "" });
  const [plan, setPlan] = useState<AbsencePlan | null>(null);
  const deputy = people.find(({ id }) => id === fields.deputy)?.name ?? null;
  if (plan?.absence) return <Recorded plan={plan} id={plan.absence} deputy={deputy} close={close} />;
  // What was shown is of other words once one is changed.
  const say = (more: Partial<Fields>) => { setFields({ ...fields, ...more }); setPlan(null); };
  const wrong = wrongTimes(fields.from, fields.to, second.value);
  const act = async () => {
    if (!plan) return setPlan(await send<AbsencePlan>("POST", "/absences/preview", bodyOf(fields)));
    setPlan(await press<AbsencePlan>("/absences", bodyOf(fields)));
    // One that has begun changes presence.
    void enter();
  };
  return (
    <FormDialog title="Planned absence" wide action={plan ? "Record" : "Show what it moves"} off={wrong !== null || fields.pathologist === "" || fields.reason.trim() === ""} close={close} act={act}>
      {refusal && <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}
      <NotOver me={me} />
      {!me && <Person label="Who is away" none="Choose a pathologist" people={people} chosen={fields.pathologist} choose={(pathologist) => say({ pathologist })} />}
      <div class="span">
        <label>From <input class="in wide" type="datetime-local" value={fields.from} required onInput={(event) => say({ from: event.currentTarget.value })} /></label>
        <label>To <input class="in wide" type="datetime-local" value={fields.to} required onInput={(event) => say({ to: event.currentTarget.value })} /></label>
      </div>
      <p class="q s" role="status">{wrong ?? HERE}</p>
      <Person label="Deputy, who gets what they may have" none="Nobody" people={people.filter(({ id }) => id !== fields.pathologist)} chosen={fields.deputy} choose={(who) => say({ deputy: who })} />
      <Line label="Reason, in a word" value={fields.reason} say={(reason) => say({ reason })} />
      {plan && <Moves plan={plan} deputy={deputy} />}
    </FormDialog>
  );
}

/** What has been recorded and is not over, each with its way back. */
function NotOver({ me }: { me: string | undefined }) {
  const [absences, setAbsences] = useState<Absence[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const refuse = (cause: unknown) => setRefusal(sayNo(cause));
  useEffect(() => { read<Absence[]>("/absences").then(setAbsences, refuse); }, []);
  const end = ({ id }: Absence) => {
    cancelled(id).then(() => setAbsences((all) => all.filter((one) => one.id !== id)), refuse);
  };
  return (
    <>{refusal && <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}
      {absences.length > 0 && <ul class="moves away" aria-label="Absences that are not over">{absences.map((each) => (
        <li key={each.id}><span>{absenceWords(each, me !== undefined, second.value)}</span><Button kind="quiet" act={() => end(each)}>{each.begun ? "End it now" : "Cancel it"}</Button></li>))}</ul>}</>
  );
}

/** Ended early: what has moved stays where it is. */
async function cancelled(id: string): Promise<void> {
  await send<void>("POST", `/absences/${id}/cancel`);
  void enter();
}

function bodyOf({ pathologist, deputy, from, to, reason }: Fields): object {
  const at = (typed: string) => new Date(typed).toISOString();
  return { pathologist, deputy: deputy || null, from: at(from), to: at(to), reason: reason.trim() };
}

function Moves({ plan, deputy }: { plan: AbsencePlan; deputy: string | null }) {
  return (
    <section role="status"><p>{planWords(plan)}</p>
      <ul class="moves">{plan.moves.map((each) => (
        <li key={each.reading + each.was}><b>{ownedWords(each)}</b><span class="q">{becomesWords(each, deputy)}</span></li>))}</ul>
    </section>
  );
}

/** What was done, with the way back while this dialog stands. */
function Recorded({ plan, id, deputy, close }: { plan: AbsencePlan; id: string; deputy: string | null; close: () => void }) {
  const [told, tell] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const end = () => {
    cancelled(id).then(() => tell("The absence is cancelled. What has moved stays where it is."), (cause: unknown) => setRefusal(sayNo(cause)));
  };
  return (
    <Dialog title="Planned absence" wide close={close}>
      {told ? <p role="status"><Say mark="good"><span class="wrap">{told}</span></Say></p> : <Moves plan={plan} deputy={deputy} />}
      {refusal && <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}
      <div class="ends">{!told && <Button act={end}>Cancel this absence</Button>}<Button kind="main" cap="Esc" act={close}>Close</Button></div>
    </Dialog>
  );
}
