// The rows. One line each, in place; the server's order, grouped by who holds them.
import { useEffect, useRef } from "preact/hooks";
import { minute } from "../shell/clock";
import { Chip, Failed, Ghosts, Priority, Say } from "../shell/marks";
import { session } from "../shell/session";
import { go } from "../shell/router";
import type { Row } from "../shell/wire";
import { due, phrase, timeToSecond, until } from "../shell/words";
import { answer, failure, filter, load, select, selected, shown, view } from "./list";
import { type Group, type Shown, isOffered, orderWords } from "./rows";

const COLUMNS = ["Due", "Priority", "Case", "Patient", "Specimen", "Site", "Slides", "Flags"];
const CLASSES = ["c-due", "c-pri", "c-acc", "c-pat", "c-spe", "c-sit", "c-sl", ""];
const FLAGS_SHOWN = 2;

export function List() {
  if (answer.value === null) {
    return failure.value ? <div class="pad"><Failed {...failure.value} again={() => void load(true)} /></div> : <Ghosts lines={12} />;
  }
  if (shown.value.length === 0) return <Empty />;
  return (
    <div class="rows">
      <table class="list" aria-label="Cases">
        <colgroup>{CLASSES.map((name) => <col key={name} class={name} />)}</colgroup>
        <thead><tr>{COLUMNS.map((name, at) => <th key={name} scope="col" aria-sort={at === 0 ? "ascending" : undefined}>{name}</th>)}</tr></thead>
        <Rows group="yours" title="Yours" />
        <Rows group="waiting" title="Waiting" rest={orderWords(answer.value.rows)} />
        <Rows group="others" title="Held by others" />
      </table>
    </div>
  );
}

function Rows({ group, title, rest }: { group: Group; title: string; rest?: string }) {
  const rows = shown.value.filter((each) => each.group === group);
  if (rows.length === 0) return null;
  return (
    <tbody>
      <tr class="grp"><th scope="rowgroup" colSpan={COLUMNS.length}><b>{title}</b> · {rows.length}{rest && ` · ${rest}`}</th></tr>
      {rows.map((each) => <Line key={each.row.reading} each={each} />)}
    </tbody>
  );
}

function Line({ each }: { each: Shown }) {
  const { row } = each;
  const chosen = selected.value === row.reading;
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    // Focus follows the selection only when it already stands in the list or nowhere.
    const at = document.activeElement;
    if (chosen && (at === document.body || at?.closest(".list"))) line.current?.focus({ preventScroll: true });
    if (chosen) line.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const when = due(row.due_at, minute.value);
  const state = `${each.gone ? "gone" : ""} ${each.changed ? "changed" : ""} ${chosen ? "chosen" : ""}`;
  return (
    <tr ref={line} class={state} aria-current={chosen ? "true" : undefined} tabIndex={chosen ? 0 : -1} data-reading={row.reading}
      onClick={() => select(row.reading)} onDblClick={() => { if (!isOffered(row)) go(`/read/${row.case}`); }}>
      <td><Say mark={when.mark}>{row.due_at ? <time dateTime={row.due_at}>{when.text}</time> : <span class="q">{when.text}</span>}</Say></td>
      <td><Priority of={row.priority} /></td>
      <td class="acc">{isOffered(row) ? row.number : <a href={`/read/${row.case}`} tabIndex={-1}>{row.number}</a>}</td>
      <td>{row.patient.name}</td>
      <td class="q" title={row.specimen}>{phrase(row.specimen)}</td>
      <td class="q">{row.site}</td>
      <td><Slides of={row} /></td>
      <td><Flags of={row} gone={each.gone} /></td>
    </tr>
  );
}

function Slides({ of }: { of: Row }) {
  const { here, expected } = of.slides;
  const text = `${here}/${expected}`;
  return <span title={`${here} slides here of ${expected} expected`}>{here < expected ? <b>{text}</b> : text}</span>;
}

function Flags({ of, gone }: { of: Row; gone: boolean }) {
  const more = of.flags.slice(FLAGS_SHOWN);
  return (
    <span class="line flags">
      {gone && <span class="q s">no longer in this view</span>}
      {of.flags.slice(0, FLAGS_SHOWN).map((flag) => <Chip key={flag.text} mark={flag.mark} text={flag.text} />)}
      {more.length > 0 && <span class="q s more" title={more.map((flag) => flag.text).join(", ")}>and {more.length} more</span>}
      {of.claim?.offer_until && isOffered(of) && <Chip mark="go" text={`Offered to you until ${timeToSecond(of.claim.offer_until)}`} />}
      {of.mine && of.claim?.begun && of.claim.hold_until && <span class="q s">Held to {until(of.claim.hold_until, minute.value)}</span>}
      {!of.mine && of.holder && <span class="q s">{of.holder.name}, {of.holder.site}</span>}
    </span>
  );
}

function Empty() {
  const counts = answer.value?.counts;
  const address = new URLSearchParams(location.search);
  const narrowed = filter.value !== "" || address.has("specialty") || address.has("site");
  if (narrowed) {
    return (
      <div class="void pad"><p><b>No case in this view has what you filter for</b></p>
        <button class="btn" type="button" onClick={() => { filter.value = ""; go(`/?view=${view.value}`); }}>Clear filters</button></div>
    );
  }
  return (
    <div class="void pad">
      <p><b>{session.value?.pathologist ? "Nothing is waiting for you" : "No case is waiting"}</b></p>
      <p class="q">{counts?.held_by_others ?? 0} cases are held by others, {counts?.mine ?? 0} are yours. New cases appear here by themselves.</p>
      <a class="btn" href="/?view=all">All I may see</a>
    </div>
  );
}
