// The numbers of the day, each with since when, and its hours beside it.
import { Sign } from "../shell/marks";
import type { Mark, Measures } from "../shell/wire";
import { duration, moment, thousands, time } from "../shell/words";
import { type Hour, HOURS, hoursOfDay } from "./figures";

const SPARK = { width: 104, height: 44 };

export function Numbers({ of }: { of: Measures }) {
  const hours = hoursOfDay(of);
  const now = Date.parse(of.now);
  const since = `since ${time(of.since)}`;
  const oldest = of.oldest_waiting;
  const way = Math.max(0, of.delivered - of.published);
  const cases = of.cases;
  return (
    <section class="kpis" aria-label="Numbers of today">
      <Kpi title="Slides delivered" n={of.delivered} first={since} second="arrived whole from a scanner" hours={hours} part="delivered" />
      <Kpi title="Slides published" n={of.published} first={`${since}, of ${thousands(of.delivered)}`} second={way === 0 ? "none on the way" : `${thousands(way)} on the way or in a tray`} hours={hours} part="published" />
      <Kpi title="Slides in trays" n={of.in_trays} mark={of.in_trays > 0 ? "note" : null} first="now" second={of.in_trays > 0 ? "each needs a person" : "none needs a person"} />
      <Kpi title="Cases waiting" to="/?view=waiting" n={cases.waiting} first="now" second={oldest ? `oldest ${duration(oldest.seconds * 1000)}, since ${moment(oldest.since, now)}` : "none is waiting"} />
      <Kpi title="Cases being read" to="/?view=held_by_others" n={cases.claimed} first="now" second="claimed by a pathologist" />
      <Kpi title="Cases signed out" n={cases.signed_out} first={since} second="reports signed" hours={hours} part="signed_out" />
      <Kpi title="Cases late now" to="/?view=all" n={of.late} mark={of.late > 0 ? "bad" : null} first={`of ${thousands(cases.waiting + cases.claimed)} waiting or being read`} second="past their due time" />
    </section>
  );
}

interface KpiProps { title: string; to?: string; n: number; mark?: Mark | null; first: string; second: string; hours?: Hour[]; part?: keyof Hour }

function Kpi({ title, to, n, mark = null, first, second, hours, part }: KpiProps) {
  return (
    <section class="panel kpi">
      <h2>{to ? <a class="def" href={to}>{title}</a> : title}</h2>
      <p class={`big ${mark === "note" ? "" : mark ?? ""}`}>{mark && <Sign mark={mark} />}{thousands(n)}</p>
      {hours && part ? <Spark values={hours.map((hour) => hour[part])} /> : <span />}
      <p>{first}</p><p class="qq" title={second}>{second}</p>
    </section>
  );
}

function Spark({ values }: { values: number[] }) {
  const most = Math.max(1, ...values);
  const step = SPARK.width / HOURS;
  return (
    <svg class="spark" viewBox={`0 0 ${SPARK.width} ${SPARK.height}`} aria-hidden="true">
      <path d={`M0 ${SPARK.height - .5}H${SPARK.width}`} />
      {values.map((value, at) => {
        const height = (value / most) * (SPARK.height - 2);
        return <rect key={at} class="now" x={at * step + .5} width={step - 1} y={SPARK.height - 1 - height} height={height} />;
      })}
    </svg>
  );
}
