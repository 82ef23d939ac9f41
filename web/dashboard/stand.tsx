// Where cases stand by specialty: the numbers first, a bar of the same parts beside them.
import type { Measures } from "../shell/wire";
import { count, duration, thousands } from "../shell/words";
import { stack } from "./figures";

const STATES = ["Waiting", "Being read", "Signed out"];

export function Stand({ of }: { of: Measures }) {
  const rows = of.by_specialty;
  const parts = rows.map((row) => [row.waiting, row.claimed, row.signed_out]);
  const most = Math.max(1, ...parts.map(sum));
  const notReady = of.cases.accessioned + of.cases.partial;
  return (
    <section class="panel s8">
      <header><h2>Where cases stand</h2><span class="q s">{count(sum(parts.flat()), "case")} that are or were ready, by specialty; {count(notReady, "more case", "more")} not ready yet</span></header>
      <div class="scroll">
        <table class="grid">
          <colgroup><col class="w-xl" /><col class="w-n" /><col /><col class="w-m" /><col class="w-m" /><col class="w-m" /><col class="w-l" /></colgroup>
          <thead><tr><th scope="col">Specialty</th><th scope="col" class="num">Cases</th><th><span class="hide">Bar</span></th>
            {STATES.map((name, at) => <th key={name} scope="col" class="num"><svg class="sw" viewBox="0 0 10 10" aria-hidden="true"><rect class={`k${at + 2}`} width="10" height="10" /></svg>{name}</th>)}
            <th scope="col" class="num">Oldest waiting</th></tr></thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.specialty}>
                <th scope="row"><a href={`/?view=all&specialty=${encodeURIComponent(row.specialty)}`}>{row.name}</a></th>
                <td class="num t">{thousands(sum(parts[at] ?? []))}</td>
                <td><StackBar parts={parts[at] ?? []} most={most} /></td>
                {(parts[at] ?? []).map((n, state) => <td key={state} class={n === 0 ? "num qq" : "num"}>{thousands(n)}</td>)}
                <td class="num">{row.oldest_seconds === null ? <span class="qq">none</span> : duration(row.oldest_seconds * 1000)}</td>
              </tr>
            ))}
            <tr class="sum"><th scope="row"><b>All</b></th><td class="num t">{thousands(sum(parts.flat()))}</td><td />
              {STATES.map((name, state) => <td key={name} class="num">{thousands(sum(parts.map((part) => part[state] ?? 0)))}</td>)}<td /></tr>
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p class="q pad">No case has been accessioned yet. The first one appears here by itself.</p>}
    </section>
  );
}

function StackBar({ parts, most }: { parts: number[]; most: number }) {
  const says = STATES.map((name, at) => `${name} ${parts[at] ?? 0}`).join(", ");
  return (
    <svg class="stackbar" viewBox={`0 0 ${most} 10`} preserveAspectRatio="none" role="img" aria-label={says}>
      {stack(parts, most).map((part, at) => part.width > 0 && <rect key={at} class={`k${at + 2}`} x={part.x} width={part.width} height="10" />)}
    </svg>
  );
}

function sum(numbers: number[]): number { return numbers.reduce((total, n) => total + n, 0); }
