// "Who is reading?": the invented people of the demo, one button each.
import { useEffect, useState } from "preact/hooks";
import { inWords } from "./api";
import { Failed, Ghosts, Say } from "./marks";
import { become, personas } from "./session";
import type { Persona } from "./wire";
import { sentence } from "./words";

type Listed = Persona[] | { title: string; text: string } | null;

export function Chooser() {
  const [listed, setListed] = useState<Listed>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const ask = () => { personas().then(setListed, (cause: unknown) => setListed(inWords(cause))); };
  useEffect(() => { document.title = "Who is reading? · Slideway"; ask(); }, []);
  const choose = (key: string) => {
    become(key).catch((cause: unknown) => { const w = inWords(cause); setRefusal(`${w.title}. ${w.text}`); });
  };
  return (
    <main class="chooser">
      <section class="panel">
        <header><h1>Who is reading?</h1></header>
        <p class="q pad">These people are invented. Choosing one signs you in as them, on this computer only.</p>
        {refusal && <p class="pad" role="alert"><Say mark="bad">{refusal}</Say></p>}
        <People listed={listed} ask={ask} choose={choose} />
      </section>
    </main>
  );
}

function People({ listed, ask, choose }: { listed: Listed; ask: () => void; choose: (key: string) => void }) {
  if (listed === null) return <Ghosts lines={4} />;
  if (!Array.isArray(listed)) return <div class="pad"><Failed {...listed} again={ask} /></div>;
  if (listed.length === 0) return <p class="pad">No one is set up on this installation. Start it with the demo data.</p>;
  return (
    <ul class="people">
      {listed.map((person) => (
        <li key={person.key}>
          <button type="button" data-persona={person.key} data-role={person.role} onClick={() => choose(person.key)}>
            <b>{person.name}</b><span class="q">{person.specialties.length > 0 && person.note ? person.note : person.site}</span>
            <span class="qq s">{sentence(person.role)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
