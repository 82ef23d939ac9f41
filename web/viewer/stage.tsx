// The middle of the reading page: tools, the field with its plates, the status line.
import { type RefObject, createRef } from "preact";
import { useEffect, useState } from "preact/hooks";
import { inWords, read } from "../shell/api";
import { minute } from "../shell/clock";
import { onChange } from "../shell/live";
import { Button, Say } from "../shell/marks";
import type { Scan, ScanOfSlide, Slide } from "../shell/wire";
import { moment, sentence } from "../shell/words";
import { Field } from "./field";
import { fieldWords, isStep, magnificationAt, magnificationWords, steps } from "./magnification";
import { Plates } from "./plates";
import { chooseBeside, damaged, markOpened } from "./reading";
import { fullName } from "./checks";

/** The field that is on the page now, for the keys. */
export const field: { now: Field | null } = { now: null };

export interface Shown { slide: Slide; scan: ScanOfSlide }

export function Stage({ shown, plates }: { shown: Shown | null; plates: boolean }) {
  const [on, setOn] = useState<Field | null>(null);
  const [box, map] = useState([createRef<HTMLDivElement>(), createRef<HTMLDivElement>()])[0] as [RefObject<HTMLDivElement>, RefObject<HTMLDivElement>];
  useEffect(() => {
    if (!box.current || !map.current) return undefined;
    const made = new Field(box.current, map.current);
    field.now = made;
    setOn(made);
    const stop = onChange((change) => { if (change === null) made.again(); });
    return () => { stop(); field.now = null; made.close(); };
  }, []);
  const { scan, refusal } = useScan(shown, on);
  const open = shown !== null && scan !== null;
  const broken = (on?.missing.value.damaged ?? 0) > 0;
  useEffect(() => { damaged.value = broken && shown ? shown.slide.name : null; }, [broken, shown?.slide.name]);
  return (
    <main class="stage">
      <Tools field={on} scan={scan} />
      <div class="field" role="group" aria-label={shown ? `Slide ${fullName(shown.slide)}` : "No slide"}>
        <div class="glass" ref={box} data-painted={on?.painted.value ?? ""} />
        {!shown && <p class="plate nothing">No slide of this case is here yet. It appears in the tray by itself.</p>}
        {refusal && <p class="plate nothing" role="alert"><Say mark="bad">{refusal}</Say></p>}
        <Plates map={map} shown={open ? shown : null} scan={scan} field={on} hidden={!plates || !open} />
      </div>
      <Status field={on} scan={scan} shown={shown} />
    </main>
  );
}

/** Fetches what the archive knows of the scan and shows it. */
function useScan(shown: Shown | null, on: Field | null): { scan: Scan | null; refusal: string | null } {
  const [scan, setScan] = useState<Scan | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const id = shown?.scan.id;
  useEffect(() => {
    setScan(null);
    setRefusal(null);
    if (!id || !on) { on?.clear(); return undefined; }
    const stop = new AbortController();
    read<Scan>(`/scans/${id}`, stop.signal).then((found) => { setScan(found); on.show(found); }, (cause: unknown) => {
      if (stop.signal.aborted) return;
      const words = inWords(cause);
      setRefusal(`${words.title}. ${words.text}`);
      on.clear();
    });
    return () => stop.abort();
  }, [id, on]);
  // "Opened" means that tissue was painted, not that a name was clicked.
  const painted = on?.painted.value;
  useEffect(() => { if (painted) markOpened(painted); }, [painted]);
  return { scan, refusal };
}

function Tools({ field: on, scan }: { field: Field | null; scan: Scan | null }) {
  const sight = on?.sight.value;
  const off = !sight || !scan;
  const turned = (sight?.rotation ?? 0) !== 0;
  return (
    <div class="tools" role="toolbar" aria-label="View">
      {steps(scan?.microns_per_pixel ?? null).map((step, at) => (
        <Button key={step.text} kind={step.beyond ? "quiet qq" : "quiet"} off={off} pressed={!off && isStep(sight.zoom, step.zoom)}
          why={step.beyond ? `Key ${at + 1}. Finer than the scanner saw` : `Key ${at + 1}`} act={() => on?.zoomTo(step.zoom)}>{step.text}</Button>
      ))}
      <Button kind="quiet" cap="F" off={off} pressed={!off && sight.whole} act={() => on?.fit()}>Fit</Button>
      <span class="sep" />
      <Button kind="quiet" cap="R" off={off} pressed={turned} act={() => on?.rotate()}>Rotate</Button>
      <Button kind="quiet" cap="Y" off={off} pressed={sight?.mirrored ?? false} act={() => on?.mirror()}>Mirror</Button>
      <span class="grow" />
      <Button kind="quiet" cap="[" act={() => chooseBeside(-1)}>Earlier</Button>
      <Button kind="quiet" cap="]" act={() => chooseBeside(1)}>Next slide</Button>
    </div>
  );
}

/** "Verified" means that every tile was decoded once; a published scan can be read before that. */
function stateWords(state: string): string {
  return state === "published" ? "Published, not yet verified" : sentence(state);
}

function Status({ field: on, scan, shown }: { field: Field | null; scan: Scan | null; shown: Shown | null }) {
  const sight = on?.sight.value;
  const missing = on?.missing.value;
  const mpp = scan?.microns_per_pixel ?? null;
  if (!sight || !scan || !shown) return <div class="status" />;
  return (
    <div class="status">
      {mpp === null
        ? <><span><b>{sight.zoom >= .1 ? Math.round(sight.zoom * 100) : (sight.zoom * 100).toFixed(1)} %</b> of scanned pixels</span><span>No scale</span></>
        : <><span><b>{magnificationWords(magnificationAt(sight.zoom, mpp))}</b> · {Number(mpp.toFixed(3))} µm per pixel</span>
          <span>Field {fieldWords(sight.width * mpp, sight.height * mpp)}</span></>}
      <span>Rotation {Math.round(sight.rotation)}°{sight.mirrored ? ", mirrored" : ""}</span>
      {missing && missing.damaged > 0 && <Say mark="bad">Damaged, hatched</Say>}
      {missing && missing.unreachable > 0 && <span class="line"><Say mark="warn">Some tiles did not arrive, hatched</Say><Button kind="quiet" act={() => on.again()}>Ask again</Button></span>}
      <span class="grow" />
      {shown.scan.scanned_at && <span>Scanned {moment(shown.scan.scanned_at, minute.value)}{shown.scan.scanner ? `, ${shown.scan.scanner}` : ""}</span>}
      <span>{stateWords(scan.state)}</span>
    </div>
  );
}
