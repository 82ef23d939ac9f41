// What each scanner delivered today, and whether slides are still coming from it.
import { Say } from "../shell/marks";
import type { Measures } from "../shell/wire";
import { duration, moment, thousands } from "../shell/words";
import { lately } from "./figures";

export function Scanners({ of }: { of: Measures }) {
  const now = Date.parse(of.now);
  const delivering = of.scanners.filter((scanner) => lately(scanner.last_at, now)).length;
  return (
    <section class="panel s7">
      <header><h2 title="Delivering: a slide came in the last 10 minutes" class="def">Scanners</h2><span class="q s">{delivering} of {of.scanners.length} delivering</span></header>
      <div class="scroll">
        <table class="grid">
          <colgroup><col /><col /><col class="w-wide" /><col class="w-l" /><col class="w-l" /><col class="w-m" /></colgroup>
          <thead><tr><th scope="col">Scanner</th><th scope="col">Site</th><th scope="col">State</th><th scope="col" class="num">Slides today</th>
            <th scope="col" class="num">Last slide</th><th scope="col" class="num">Ago</th></tr></thead>
          <tbody>{of.scanners.map((scanner) => (
            <tr key={scanner.name + scanner.site}><th scope="row">{scanner.name}</th><td>{scanner.site}</td>
              <td><State last={scanner.last_at} now={now} /></td>
              <td class={scanner.delivered === 0 ? "num qq" : "num"}>{thousands(scanner.delivered)}</td>
              <td class="num">{scanner.last_at ? moment(scanner.last_at, now) : <span class="qq">none yet</span>}</td>
              <td class="num q">{scanner.last_at ? duration(now - Date.parse(scanner.last_at)) : ""}</td></tr>))}
          </tbody>
        </table>
      </div>
      {of.scanners.length === 0 && <p class="q pad">No scanner has delivered yet.</p>}
    </section>
  );
}

function State({ last, now }: { last: string | null; now: number }) {
  if (last === null) return <Say mark="wait">No slide yet</Say>;
  return lately(last, now) ? <Say mark="good">Delivering</Say> : <Say mark="wait">Quiet</Say>;
}
