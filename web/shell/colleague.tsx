// The field in which a colleague is chosen: read afresh each time it opens, so that presence is of now.
import { useEffect, useState } from "preact/hooks";
import { read, sayNo } from "./api";
import { colleagueWords, colleaguesFor, nobodyWords } from "./colleagues";
import { Say } from "./marks";
import { session } from "./session";
import type { Colleague } from "./wire";

/** Chooses one of those who read `specialty`; the only one there is stands chosen. */
export function ColleagueField({ specialty, label, chosen, choose }: {
  specialty: string; label: string; chosen: Colleague | null; choose: (who: Colleague | null) => void;
}) {
  const [found, setFound] = useState<Colleague[] | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    read<Colleague[]>("/pathologists", stop.signal).then((all) => {
      const some = colleaguesFor(specialty, all, session.value?.pathologist?.id);
      setFound(some);
      if (some.length === 1) choose(some[0] ?? null);
    }, (cause: unknown) => { if (!stop.signal.aborted) setRefusal(sayNo(cause)); });
    return () => stop.abort();
  }, [specialty]);
  if (refusal) return <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>;
  if (found?.length === 0) return <p role="status"><Say mark="wait"><span class="wrap">{nobodyWords(specialty)}</span></Say></p>;
  return (
    <label>{label}
      <select class="in wide" value={chosen?.id ?? ""} disabled={found === null} required
        onChange={(event) => choose(found?.find(({ id }) => id === event.currentTarget.value) ?? null)}>
        <option value="" disabled>{found === null ? "Looking who is there" : "Choose a colleague"}</option>
        {found?.map((one) => <option key={one.id} value={one.id}>{colleagueWords(one)}</option>)}
      </select>
    </label>
  );
}
