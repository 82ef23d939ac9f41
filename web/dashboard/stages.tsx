// How many cases stand at each stage of their way, all specialties together; the bars are of one length scale.
import type { Measures } from "../shell/wire";
import { count, thousands, time } from "../shell/words";

export function Stages({ of }: { of: Measures }) {
  const { accessioned, partial, waiting, claimed, signed_out } = of.cases;
  const stages: [string, number, string][] = [
    ["No slide yet", accessioned, "Accessioned; none of the expected slides is here"], ["Some slides here", partial, "Not ready: slides are still expected"],
    ["Waiting", waiting, "Ready, and no pathologist holds it"], ["Being read", claimed, "Claimed by a pathologist"],
  ];
  const open = accessioned + partial + waiting + claimed;
  const most = Math.max(1, signed_out, ...stages.map(([, n]) => n));
  return (
    <section class="panel s4">
      <header><h2>Cases by stage</h2><span class="q s">{count(open, "open case")} now</span></header>
      <table class="grid">
        <colgroup><col class="w-st" /><col class="w-n" /><col /></colgroup>
        <thead><tr><th scope="col">Stage</th><th scope="col" class="num">Cases</th><th><span class="hide">Bar</span></th></tr></thead>
        <tbody>
          {stages.map(([name, n, says]) => <Stage key={name} name={name} n={n} says={says} most={most} />)}
          <tr class="sum"><th scope="row">All open</th><td class="num t">{thousands(open)}</td><td /></tr>
          <Stage name={`Signed out since ${time(of.since)}`} n={signed_out} says="Reports signed" most={most} done />
        </tbody>
      </table>
    </section>
  );
}

function Stage({ name, n, says, most, done = false }: { name: string; n: number; says: string; most: number; done?: boolean }) {
  return (
    <tr><th scope="row" title={says}>{name}</th><td class={n === 0 ? "num qq" : "num t"}>{thousands(n)}</td>
      <td><svg class="stackbar" viewBox={`0 0 ${most} 10`} preserveAspectRatio="none" aria-hidden="true">{n > 0 && <rect class={done ? "k4" : "k2"} width={n} height="10" />}</svg></td></tr>
  );
}
