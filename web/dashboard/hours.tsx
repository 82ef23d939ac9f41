// What happened in each hour of today: three bars an hour, with the same numbers in a table for who cannot see them.
import type { Measures } from "../shell/wire";
import { time } from "../shell/words";
import { HOURS, type Hour, axis, hourNow, hoursOfDay } from "./figures";

const BOX = { width: 740, height: 340, left: 34, right: 736, top: 12, bottom: 312 };
const GAP = 3;
const PARTS: [keyof Hour, string, string][] = [
  ["delivered", "k2", "slides delivered"], ["published", "k4", "published"], ["signed_out", "k1", "cases signed out"],
];

export function Hours({ of }: { of: Measures }) {
  const hours = hoursOfDay(of);
  return (
    <section class="panel s5">
      <header><h2>Each hour since {time(of.since)}</h2><span class="grow" />
        {PARTS.map(([key, k, name]) => <span key={key} class="q xs"><svg class="sw" viewBox="0 0 10 10" aria-hidden="true"><rect class={k} width="10" height="10" /></svg>{name}</span>)}
      </header>
      <div class="chart"><Bars hours={hours} now={hourNow(of)} clock={time(of.now)} /></div>
      <Beneath hours={hours} />
    </section>
  );
}

function Bars({ hours, now, clock }: { hours: Hour[]; now: number; clock: string }) {
  const { top, steps } = axis(Math.max(...hours.flatMap((hour) => [hour.delivered, hour.published, hour.signed_out])));
  const wide = (BOX.right - BOX.left) / HOURS;
  const y = (value: number) => BOX.bottom - (value / top) * (BOX.bottom - BOX.top);
  const bar = (wide - GAP * 2) / PARTS.length;
  const nowX = BOX.left + now * wide;
  return (
    <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="img" aria-label="Slides delivered, slides published and cases signed out in each hour of today">
      {steps.map((step) => <g key={step}><path class="ax" d={`M${BOX.left} ${y(step)}H${BOX.right}`} /><text class="end" x={BOX.left - 6} y={y(step) + 4}>{step}</text></g>)}
      {hours.map((hour, at) => PARTS.map(([key, k], part) => hour[key] > 0 && (
        <rect key={`${at} ${key}`} class={k} x={BOX.left + at * wide + GAP + part * bar} width={bar - 1} y={y(hour[key])} height={BOX.bottom - y(hour[key])} />)))}
      <path class="nowl" d={`M${nowX} ${BOX.top}V${BOX.bottom}`} />
      <text class={now > HOURS - 2 ? "end" : ""} x={nowX + (now > HOURS - 2 ? -6 : 6)} y={BOX.top + 10}>{clock}</text>
      {hours.map((_, at) => at % 3 === 0 && <text key={at} class="mid" x={BOX.left + at * wide} y={BOX.bottom + 18}>{String(at).padStart(2, "0")}</text>)}
    </svg>
  );
}

function Beneath({ hours }: { hours: Hour[] }) {
  return (
    <table class="hide">
      <caption>Hour by hour</caption>
      <thead><tr><th scope="col">Hour</th>{PARTS.map(([key, , name]) => <th key={key} scope="col">{name}</th>)}</tr></thead>
      <tbody>{hours.map((hour, at) => <tr key={at}><th scope="row">{at}</th>{PARTS.map(([key]) => <td key={key}>{hour[key]}</td>)}</tr>)}</tbody>
    </table>
  );
}
