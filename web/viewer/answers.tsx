// After a signature: what came since and waits for an answer, and the ways to add to a report, change it or take it back.
import { minute } from "../shell/clock";
import { ReasonDialog } from "../shell/dialog";
import { incidents, noChange } from "../shell/incidents";
import { answerBy, whatWords } from "../shell/incidentwords";
import { Button, Say } from "../shell/marks";
import type { Case, Incident, Report } from "../shell/wire";
import { moment } from "../shell/words";
import { answered, recall, reopen } from "./after";
import { fullName, slidesOf } from "./checks";
import type { Opening } from "./opened";
import { claim } from "./reading";

type Open = (what: Opening) => void;

/** The slide that an incident is about, as the case has it now. */
export function slideWords(of: Case, { scan }: Incident): string | undefined {
  const found = slidesOf(of).find((slide) => scan !== null && (slide.scan?.id === scan || slide.earlier_scans.some(({ id }) => id === scan)));
  return found && fullName(found);
}

/** What this person must answer about the case; nothing while there is nothing. */
export function ToAnswer({ of, open }: { of: Case; open: Open }) {
  const all = incidents.value.filter((each) => each.case === of.id);
  if (all.length === 0) return null;
  return (
    <section class="signed" aria-label="To answer"><h2>To answer</h2>
      {all.map((each) => <One key={each.incident} of={of} incident={each} open={open} />)}
    </section>
  );
}

function One({ of, incident, open }: { of: Case; incident: Incident; open: Open }) {
  const what = whatWords(incident, slideWords(of, incident));
  const by = answerBy(incident, minute.value);
  const report = of.reports.find(({ id }) => id === incident.report);
  return (
    <div class="owed"><p class="s"><b>{what}</b></p><p class="s"><Say mark={by.mark}>{by.text}</Say></p>
      <p class="line"><Button named={`No change: ${what}`} act={() => open({ what: "nochange", incident })}>No change</Button>
        {report && <Corrections report={report} answers={[incident]} about={what} open={open} />}</p></div>
  );
}

function Corrections({ report, answers, about, open }: { report: Report; answers: Incident[]; about: string; open: Open }) {
  const begin = (amends: boolean) => open({ what: "correct", report, amends, answers });
  return (
    <><Button named={`Addendum: ${about}`} act={() => begin(false)}>Addendum</Button>
      <Button named={`Amendment: ${about}`} act={() => begin(true)}>Amendment</Button></>
  );
}

/** What its signer can do with a report; whether it may still be done is for the server to say. */
export function AfterReport({ report, open }: { report: Report; open: Open }) {
  if (report.recalled_at) return <p class="xs"><Say mark="note">Recalled</Say></p>;
  // Who holds the case writes on instead: its report was recalled.
  if (report.kind !== "report" || !report.mine || claim.value.kind === "mine") return null;
  const answers = incidents.value.some((each) => each.report === report.id);
  const delayed = report.released_at === null, about = `report of ${moment(report.signed_at, minute.value)}`;
  if (answers && !delayed) return null;
  return (
    <p class="line">
      {delayed && <Button named={`Recall: ${about}`} act={() => open({ what: "recall", report })}>Recall</Button>}
      {!answers && <Corrections report={report} answers={[]} about={about} open={open} />}
    </p>
  );
}

export function NoChangeDialog({ of, incident, close }: { of: Case; incident: Incident; close: () => void }) {
  const what = whatWords(incident, slideWords(of, incident));
  const act = async (why: string) => {
    await noChange(incident, why);
    close();
    await answered(of, { title: "Answered: no change.", text: `${what}. Your words stay with it.` });
  };
  return (
    <ReasonDialog title={`No change to ${of.number}`} close={close} label="Why it changes nothing" action="No change" required
      text={`${what}. The report stands as it was signed.`} act={act} />
  );
}

export function RecallDialog({ of, report, close }: { of: Case; report: Report; close: () => void }) {
  return (
    <ReasonDialog title={`Recall the report on ${of.number}`} close={close} label="Reason" action="Recall" required
      text={`${of.patient.name}. The report has not left the house. The case is yours again, and the recalled report stays on record.`}
      act={async (why) => { await recall(report, why); close(); await reopen(of, report); }} />
  );
}
