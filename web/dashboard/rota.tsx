// Recording a rota: a table of many people, or one person's calendar.
import { useState } from "preact/hooks";
import { send } from "../shell/api";
import { minute } from "../shell/clock";
import { Person, useColleagues } from "../shell/colleagues";
import { FormDialog } from "../shell/dialog";
import { Say } from "../shell/marks";
import { foundWords, isCalendar, rotaOf, toFillIn } from "./rotawords";

interface Chosen { name: string; text: string }

export function RotaDialog({ close, recorded }: { close: () => void; recorded: () => void }) {
  const [people, refusal] = useColleagues();
  const [chosen, choose] = useState<Chosen | null>(null);
  const [whose, setWhose] = useState("");
  const rota = chosen && rotaOf(chosen.text, whose);
  const act = async () => {
    await send<void>("POST", "/rota", rota);
    recorded();
    close();
  };
  const take = async (file: File | undefined) => choose(file ? { name: file.name, text: await file.text() } : null);
  return (
    <FormDialog title="Record a rota" wide action="Record" off={rota === null} close={close} act={act}>
      {refusal && <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}
      <p class="q">A table with a line a shift, or one person's calendar. It replaces what is recorded of each person from the first of their shifts to the last. Of events that repeat, 92 days are taken.
        {" "}<a class="link" download="rota.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(toFillIn(people, minute.value))}`}>A table to fill in</a></p>
      <label>File <input class="in wide" type="file" accept=".csv,.ics,text/csv,text/calendar" required onChange={(event) => void take(event.currentTarget.files?.[0])} /></label>
      {chosen && <p class="q s" role="status">{foundWords(chosen.name, chosen.text)}</p>}
      {chosen && isCalendar(chosen.text) && <Person label="Whose calendar" none="Choose a pathologist" people={people} chosen={whose} choose={setWhose} />}
    </FormDialog>
  );
}
