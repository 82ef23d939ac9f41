// The trays: what lies there, why, its best guess, and the two things a person can do.
import { useState } from "preact/hooks";
import { minute } from "../shell/clock";
import { ReasonDialog } from "../shell/dialog";
import { Button, Say } from "../shell/marks";
import type { TrayEntry } from "../shell/wire";
import { duration } from "../shell/words";
import { attach, chosen, dismiss } from "./desk";
import { KINDS, KIND_WORDS, deadline } from "./words";

export function Trays({ rows, open }: { rows: TrayEntry[]; open: string | null }) {
  const counts = KINDS.map((kind) => `${KIND_WORDS[kind]} ${rows.filter((row) => row.kind === kind).length}`);
  return (
    <section class="panel trays" aria-label="Trays">
      <header><h2>Trays</h2><span class="grow" /><span class="q s">{counts.join(" · ")}</span></header>
      <ul class="items">
        {rows.length === 0 && <li class="item"><p class="q">Nothing lies in a tray. What cannot go on by itself comes here.</p></li>}
        {rows.map((row) => <Item key={row.id} row={row} open={row.id === open} />)}
      </ul>
    </section>
  );
}

function Item({ row, open }: { row: TrayEntry; open: boolean }) {
  const [asks, setAsks] = useState<"attach" | "dismiss" | null>(null);
  const [broken, setBroken] = useState(false);
  const left = deadline(row, minute.value);
  const close = () => setAsks(null);
  return (
    <li class={open ? "item on" : "item"} data-code={row.code}>
      {row.label && !broken ? <img class="labelpic" src={row.label} alt="Label of the slide" onError={() => setBroken(true)} /> : <span class="labelpic gap">No label</span>}
      <div class="stack">
        <p class="line"><b>{row.title}</b><span class="grow" /><span class="q s">{row.scanner ?? row.site} · {duration(minute.value - Date.parse(row.opened_at))}</span></p>
        <p class="s">{row.best_guess && <><b class="whole">{row.best_guess.number} {row.best_guess.name}</b> <span class="q">{row.best_guess.issuer}. </span></>}<span class="q">{row.text}</span></p>
        <div class="line">
          {row.kind === "quality"
            ? <Button kind={open ? "on" : "main"} act={() => { chosen.value = row.id; }}>Look at it</Button>
            : <>{row.scan && <Button kind="main" act={() => setAsks("attach")}>Scan the glass</Button>}<Button act={() => setAsks("dismiss")}>Put aside</Button></>}
          <span class="grow" />{left.mark ? <Say mark={left.mark}>{left.text}</Say> : <span class="q s">{left.text}</span>}
        </div>
      </div>
      {asks === "attach" && <ReasonDialog title={row.title} text="Scan the code on the glass with the handheld, or type what is printed." label="Code on the glass" action="Attach" required close={close} act={(code) => attach(row, code).then(close)} />}
      {asks === "dismiss" && <ReasonDialog title={row.title} text="It leaves the tray; nothing is deleted." label="Why" action="Put aside" required close={close} act={(why) => dismiss(row, why).then(close)} />}
    </li>
  );
}
