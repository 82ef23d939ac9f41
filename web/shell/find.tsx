// Find a case by its number, a slide's name or a patient. The text goes in a body, never in an address.
import { useEffect, useState } from "preact/hooks";
import { inWords, send } from "./api";
import { minute } from "./clock";
import { Dialog } from "./dialog";
import { go } from "./router";
import type { Found } from "./wire";
import { born, sentence } from "./words";

const PAUSE_MS = 250, SHORTEST = 2;

export function FindDialog({ close }: { close: () => void }) {
  const [text, setText] = useState("");
  const [rows, setRows] = useState<Found[] | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    let stale = false;
    if (text.trim().length < SHORTEST) { setRows(null); return undefined; }
    const timer = setTimeout(() => {
      send<{ rows: Found[] }>("POST", "/cases/search", { text: text.trim() }).then(
        (found) => { if (!stale) { setRows(found.rows); setRefusal(null); } },
        (cause: unknown) => { if (!stale) setRefusal(inWords(cause).title); });
    }, PAUSE_MS);
    return () => { stale = true; clearTimeout(timer); };
  }, [text]);
  const open = (row: Found) => { close(); go(`/read/${row.case}`); };
  return (
    <Dialog title="Find a case" wide close={close}>
      <form class="fill" onSubmit={(event) => { event.preventDefault(); const first = rows?.[0]; if (first) open(first); }}>
        <label>Case number, patient or slide
          <input class="in wide" type="text" value={text} autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </form>
      <div role="status" class="found">
        {refusal && <p class="bad">{refusal}</p>}
        {rows?.length === 0 && <p class="q">No case that you may see has this text.</p>}
        {rows && rows.length > 0 && <ul class="people">{rows.map((row) => (
          <li key={row.case}><button type="button" onClick={() => open(row)}>
            <b>{row.number}</b><span>{row.patient.name} <span class="q">born {born(row.patient.born, minute.value)}</span></span>
            <span class="qq s">{sentence(row.state)}</span>
          </button></li>))}</ul>}
      </div>
    </Dialog>
  );
}
