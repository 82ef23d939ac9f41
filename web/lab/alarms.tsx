// What nobody has acknowledged: who is told next, and what is on the printed list.
import { useState } from "preact/hooks";
import { minute } from "../shell/clock";
import { Button } from "../shell/marks";
import type { Alarm } from "../shell/wire";
import { inWords } from "../shell/api";
import { acknowledge } from "./desk";
import { alarmWords } from "./words";

export function Alarms({ rows }: { rows: Alarm[] }) {
  if (rows.length === 0) return null;
  return (
    <section class="panel alarms" aria-label="Alarms">
      <header><h2>Alarms</h2><span class="q s">until somebody says that they have seen them</span></header>
      <ul>{rows.map((row) => <One key={row.id} row={row} />)}</ul>
    </section>
  );
}

function One({ row }: { row: Alarm }) {
  const [failed, setFailed] = useState("");
  const seen = () => acknowledge(row).catch((cause: unknown) => setFailed(inWords(cause).title));
  return (
    <li class="glass">
      <p class="line"><b class="whole">{row.sentence}</b><span class="grow" /><Button act={() => void seen()}>I have seen it</Button></p>
      <p class="s q">{alarmWords(row, minute.value)}</p>
      {(failed || row.error) && <p class="xs q">{failed || row.error}</p>}
    </li>
  );
}
