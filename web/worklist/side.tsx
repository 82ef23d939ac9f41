// The views and filters. They live in the address, so that a view can be kept as a bookmark.
import { query } from "../shell/router";
import { answer, filter, view, views } from "./list";

export function Side() {
  const list = answer.value;
  return (
    <nav class="side" aria-label="Views">
      <label class="hide" for="filter">Filter these rows</label>
      <input id="filter" class="in" type="search" placeholder="Filter these rows" autocomplete="off" value={filter.value}
        onInput={(event) => { filter.value = event.currentTarget.value; }} />
      <h2>Views</h2>
      <ul>{views.value.map(([key, name]) => (
        <li key={key}><a href={addressWith("view", key)} aria-current={view.value === key ? "true" : undefined}>
          <span>{name}</span><Count n={list?.counts[key]} /></a></li>))}</ul>
      {list && list.specialties.length > 0 && <>
        <h2>Specialty</h2>
        <ul>{list.specialties.map((each) => <Narrow key={each.key} by="specialty" value={each.key} name={each.name} n={each.count} />)}</ul>
      </>}
      {list && list.sites.length > 0 && <>
        <h2>Site</h2>
        <ul>{list.sites.map((each) => <Narrow key={each.id} by="site" value={each.id} name={each.name} n={each.count} />)}</ul>
      </>}
    </nav>
  );
}

/** Pressing a filter that is on turns it off. */
function Narrow({ by, value, name, n }: { by: string; value: string; name: string; n: number }) {
  const on = query.value.get(by) === value;
  return (
    <li><a href={addressWith(by, on ? null : value)} aria-current={on ? "true" : undefined}
      title={on ? "Press again to show all" : undefined}><span>{name}</span><Count n={n} /></a></li>
  );
}

function Count({ n }: { n: number | undefined }) {
  if (n === undefined) return <span />;
  return <span class={n === 0 ? "off" : ""}>{n}</span>;
}

function addressWith(name: string, value: string | null): string {
  const next = new URLSearchParams(query.value);
  if (value === null) next.delete(name); else next.set(name, value);
  const text = next.toString();
  return text === "" ? "/" : `/?${text}`;
}

