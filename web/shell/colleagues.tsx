// The pathologists of one's own organisation, and a choice among them.
import { useEffect, useState } from "preact/hooks";
import { read, sayNo } from "./api";
import type { Colleague } from "./wire";

/** The pathologists, or why they cannot be read. */
export function useColleagues(): [Colleague[], string | null] {
  const [people, setPeople] = useState<Colleague[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    read<Colleague[]>("/pathologists", stop.signal).then(setPeople, (cause: unknown) => { if (!stop.signal.aborted) setRefusal(sayNo(cause)); });
    return () => stop.abort();
  }, []);
  return [people, refusal];
}

export function Person({ label, none, people, chosen, choose }: {
  label: string; none: string; people: Colleague[]; chosen: string; choose: (id: string) => void;
}) {
  return (
    <label>{label}
      <select class="in wide" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{none}</option>
        {people.map(({ id, name, site }) => <option key={id} value={id}>{name}, {site}</option>)}
      </select></label>
  );
}
