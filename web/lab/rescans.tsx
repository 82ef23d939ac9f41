// The glasses each scanner must take again, the most urgent first.
import { minute } from "../shell/clock";
import { Priority } from "../shell/marks";
import type { Rescan } from "../shell/wire";
import { duration } from "../shell/words";
import { byScanner } from "./words";

export function Rescans({ rows }: { rows: Rescan[] }) {
  return (
    <section class="panel rescans" aria-label="Rescans">
      <header><h2>Scan again</h2><span class="q s">by scanner, the most urgent first</span></header>
      {rows.length === 0 && <p class="pad q">No glass is asked for again. A rescan you ask for stands here until its new scan comes.</p>}
      <div class="lists">
        {byScanner(rows).map(([scanner, list]) => (
          <div key={scanner}>
            <h3 class="pad">{scanner}</h3>
            <ul>{list.map((row) => <Glass key={row.id} row={row} />)}</ul>
          </div>
        ))}
      </div>
    </section>
  );
}

function Glass({ row }: { row: Rescan }) {
  return (
    <li class="glass">
      <p class="line"><b class="whole">{row.number} {row.name}</b><span>{row.stain}</span><span class="grow" /><Priority of={row.priority} /></p>
      <p class="s"><span class="q">{row.title}</span> {row.reason}</p>
      <p class="xs q">asked for {duration(minute.value - Date.parse(row.requested_at))} ago{row.region && `, at ${row.region.x}, ${row.region.y}, ${row.region.width} × ${row.region.height} pixels`}</p>
    </li>
  );
}
