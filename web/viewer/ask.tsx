// Asking colleagues: a second opinion, an expert, a panel; one by name, else who reads it is for the worklist to decide.
import { useState } from "preact/hooks";
import { FormDialog, Line } from "../shell/dialog";
import { EligibleField } from "../shell/eligible";
import { SPECIALTIES, specialtyName } from "../shell/specialties";
import type { Case, Eligible } from "../shell/wire";
import { ASKS, type Ask } from "./orderwords";
import { askColleague } from "./orders";
import { claim } from "./reading";

const FEWEST = 2, MOST = 9;

export function AskDialog({ of, close }: { of: Case; close: () => void }) {
  const [ask, setAsk] = useState<Ask>("second");
  const [specialty, setSpecialty] = useState(of.specialty);
  const [before, setBefore] = useState(true);
  const [opinions, setOpinions] = useState(FEWEST);
  const [to, choose] = useState<Eligible | null>(null);
  // The claim this dialog opened over; a new one would be another question.
  const [held] = useState(claim.value.kind === "mine" ? claim.value.id : "");
  const [question, say] = useState("");
  // Whom an expert of another specialty is, this case's people do not tell.
  const byName = ask === "second" || (ask === "consult" && specialty === of.specialty);
  const fits = ask !== "panel" || (opinions >= FEWEST && opinions <= MOST);
  const waits = ask !== "consult" || before;
  const act = async () => { await askColleague({ ask, to: byName ? to : null, specialty, waits, opinions, question: question.trim() }); close(); };
  return (
    <FormDialog title={`Ask about ${of.number}`} wide action="Ask" off={question.trim() === "" || !fits} close={close} act={act}>
      <fieldset><legend>What is asked for</legend>
        {ASKS.map(([key, name, means]) => (
          <label key={key} class="tickline"><input type="radio" name="ask" value={key} checked={ask === key} onChange={() => setAsk(key)} />
            <span><b>{name}</b> <span class="q">{means}</span></span></label>))}
      </fieldset>
      {ask === "consult" && <Expert own={of.specialty} specialty={specialty} choose={setSpecialty} before={before} wait={setBefore} />}
      {ask === "panel" && (
        <label>How many people, {FEWEST} to {MOST}
          <input class="in wide" type="number" min={FEWEST} max={MOST} value={opinions} onInput={(event) => setOpinions(event.currentTarget.valueAsNumber)} /></label>)}
      {byName && <EligibleField path={`/claims/${held}/eligibility`} label="Whom" nobody="Whoever comes first" chosen={to} choose={choose} />}
      <Line label="Question" value={question} say={say} />
    </FormDialog>
  );
}

function Expert({ own, specialty, choose, before, wait }: {
  own: string; specialty: string; choose: (key: string) => void; before: boolean; wait: (before: boolean) => void;
}) {
  const others = SPECIALTIES.filter(([key]) => key !== own);
  return (
    <>
      <label>Specialty of the expert
        <select class="in wide" value={specialty} onChange={(event) => choose(event.currentTarget.value)}>
          <option value={own}>{specialtyName(own)}, as the case</option>
          {others.map(([key, name]) => <option key={key} value={key}>{name}</option>)}
        </select></label>
      <label class="tickline"><input type="checkbox" checked={before} onChange={() => wait(!before)} /><span>The report waits for the answer</span></label>
    </>
  );
}
