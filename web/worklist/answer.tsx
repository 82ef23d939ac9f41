// What waits for this pathologist's answer after a signature: one button while there is something, nothing otherwise.
import { minute } from "../shell/clock";
import { Dialog } from "../shell/dialog";
import { incidents } from "../shell/incidents";
import { answerBy, whatWords, worstOf } from "../shell/incidentwords";
import { Button, Say, Sign } from "../shell/marks";
import { go } from "../shell/router";

export function ToAnswer({ open }: { open: () => void }) {
  const all = incidents.value;
  if (all.length === 0) return null;
  return <Button act={open}><Sign mark={worstOf(all, minute.value)} />To answer: {all.length}</Button>;
}

export function AnswerDialog({ close }: { close: () => void }) {
  return (
    <Dialog title={`To answer: ${incidents.value.length}`} wide close={close}>
      <p class="q">These came or changed after you signed. Open the case, look, and answer there.</p>
      <ul class="people answers">{incidents.value.map((each) => {
        const by = answerBy(each, minute.value);
        return (
          <li key={each.incident}><button type="button" onClick={() => { close(); go(`/read/${each.case}`); }}>
            <b>{each.number}</b><span>{whatWords(each)}</span><Say mark={by.mark}>{by.text}</Say></button></li>);
      })}</ul>
      <div class="ends"><Button act={close} cap="Esc">Close</Button></div>
    </Dialog>
  );
}
