// The week ahead: who is on the rota, and when nobody on it may read a specialty. For managers; read again every five minutes.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Problem, inWords, read } from "../shell/api";
import { minute } from "../shell/clock";
import { Button, Say } from "../shell/marks";
import { session } from "../shell/session";
import type { Measures } from "../shell/wire";
import { date, sentence } from "../shell/words";
import { type Gap, nothingRecorded, uncovered } from "./gapwords";
import { RotaDialog } from "./rota";
import { DAYS, type Shift, midnights, rostered } from "./shiftwords";

const EVERY_MS = 300_000;
const gaps = signal<Gap[] | null>(null);
const shifts = signal<Shift[]>([]);
const failure = signal<string | null>(null);

async function load(): Promise<void> {
  try {
    const days = midnights(minute.value);
    const at = (n: number) => encodeURIComponent(new Date(days[n]!).toISOString());
    const [uncoveredNow, onIt] = await Promise.all([read<{ rows: Gap[] }>("/rota/gaps"), read<{ rows: Shift[] }>(`/rota?from=${at(0)}&to=${at(DAYS)}`)]);
    [gaps.value, shifts.value] = [uncoveredNow.rows, onIt.rows];
    failure.value = null;
  } catch (cause) {
    if (!(cause instanceof Problem && cause.status === 401)) failure.value = inWords(cause).text;
  }
}

export function Coverage({ of }: { of: Measures }) {
  const asks = session.value?.role === "manager";
  const [records, setRecords] = useState(false);
  useEffect(() => {
    if (!asks) return;
    const again = setInterval(() => void load(), EVERY_MS);
    void load();
    return () => { clearInterval(again); gaps.value = failure.value = null; shifts.value = []; };
  }, [asks]);
  if (!asks || (gaps.value === null && failure.value === null)) return null;
  return (
    <section class="panel s12">
      <header><h2>The week ahead</h2><span class="q s">Specialties that nobody may read, by rota, absences, credentials and agreements; and who is on the rota</span><Button act={() => setRecords(true)}>Record a rota…</Button></header>
      {records && <RotaDialog close={() => setRecords(false)} recorded={() => void load()} />}
      {failure.value && <p class="pad"><Say mark="warn">{failure.value}</Say></p>}
      {gaps.value && <Uncovered of={gaps.value} names={new Map(of.by_specialty.map((row) => [row.specialty, row.name]))} />}
      {shifts.value.length > 0 && <Week of={shifts.value} />}
    </section>
  );
}

function Uncovered({ of, names }: { of: Gap[]; names: Map<string, string> }) {
  const now = minute.value;
  if (of.length === 0) return <p class="q pad">Every specialty is covered at every hour of the week.</p>;
  if (nothingRecorded(of, now)) return <p class="q pad">No rota is recorded for this week. Record one, and the hours nobody covers stand here.</p>;
  return (
    <table class="grid">
      <colgroup><col class="w-xl" /><col /></colgroup>
      <thead><tr><th scope="col">Specialty</th><th scope="col">Nobody from</th></tr></thead>
      <tbody>{uncovered(of, (key) => names.get(key) ?? sentence(key), now).map(({ specialty, when }) => <tr key={specialty}><th scope="row">{specialty}</th><td title={when}><Say mark="warn">{when}</Say></td></tr>)}</tbody>
    </table>
  );
}

function Week({ of }: { of: Shift[] }) {
  const now = minute.value;
  return (
    <div class="scroll week" tabIndex={0} role="region" aria-label="Who is on the rota">
      <table class="grid">
        <colgroup><col class="w-xl" /></colgroup>
        <thead><tr><th scope="col">On the rota</th>{midnights(now).slice(0, DAYS).map((day) => <th key={day} scope="col">{date(day, now)}</th>)}</tr></thead>
        <tbody>{rostered(of, now).map(({ id, name, days }) => <tr key={id}><th scope="row" title={name}>{name}</th>{days.map((day, n) => <td key={n}>
          {day.map(({ text, away }) => <span key={text} class="shift">{away ? <Say mark="warn">{text}, no new cases</Say> : text}</span>)}
        </td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
