// Instruments over the field, at its right edge: the overview, the label, the scale bar.
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import type { Scan } from "../shell/wire";
import type { Field } from "./field";
import { scaleBar } from "./magnification";
import type { Shown } from "./stage";

export function Plates({ map, shown, scan, field, hidden }: {
  map: RefObject<HTMLDivElement>; shown: Shown | null; scan: Scan | null; field: Field | null; hidden: boolean;
}) {
  return (
    <>
      <div class={hidden ? "plates away" : "plates"}>
        <figure class="plate map"><div><div class="pic" ref={map} /></div><figcaption>Overview. Click to go there</figcaption></figure>
        {shown && scan && <Label key={scan.id} shown={shown} scan={scan} />}
        {shown && scan && <HeatMap key={`heat ${scan.id}`} shown={shown} scan={scan} />}
      </div>
      {scan && <ScaleBar field={field} scan={scan} />}
    </>
  );
}

/** The label as the scanner photographed it, and whether it agrees with the case. */
function Label({ shown, scan }: { shown: Shown; scan: Scan }) {
  const [broken, setBroken] = useState(false);
  const agrees = scan.identity === "matched";
  const picture = scan.associated.includes("label") && !broken;
  return (
    <figure class="plate label">
      {picture
        ? <img src={`/api/v1/scans/${scan.id}/associated/label`} alt={`Label of the slide ${shown.slide.container || shown.slide.name}`} onError={() => setBroken(true)} />
        : <p class="nolabel"><b>{shown.slide.name}</b> {shown.slide.stain}<br />{shown.slide.container}</p>}
      {scan.associated.includes("macro") && <img class="macro" src={`/api/v1/scans/${scan.id}/associated/macro`} alt="The whole glass as the scanner photographed it" />}
      <figcaption>{picture ? "" : "The scan holds no picture of the label. "}{agrees ? "Label agrees with the case" : `Identity: ${scan.identity.replaceAll("_", " ")}`}</figcaption>
    </figure>
  );
}

/** Where a flagged scan is blurred; kept only for scans that were flagged. */
function HeatMap({ shown, scan }: { shown: Shown; scan: Scan }) {
  const [broken, setBroken] = useState(false);
  const badge = shown.slide.scan?.id === scan.id ? shown.slide.scan.quality : null;
  if (!badge || badge.flags.length === 0 || broken) return null;
  return (
    <figure class="plate">
      <img src={`/api/v1/scans/${scan.id}/quality/heat-map`} alt="Heat map of sharpness: red places are blurred, blue ones are sharp" onError={() => setBroken(true)} />
      <figcaption>{badge.flags.map((flag) => flag.title).join(" ")}</figcaption>
    </figure>
  );
}

function ScaleBar({ field, scan }: { field: Field | null; scan: Scan }) {
  const sight = field?.sight.value;
  if (!sight) return null;
  if (scan.microns_per_pixel === null) return <div class="plate scale">No scale: this slide does not state its resolution</div>;
  const bar = scaleBar((scan.microns_per_pixel / sight.zoom) * devicePixelRatio);
  const width = Math.round(bar.pixels);
  return (
    <div class="plate scale">
      <svg width={width + 2} height="10" viewBox={`0 0 ${width + 2} 10`} role="img" aria-label={`Scale bar, ${bar.text}`}>
        <path d={`M1 0v8h${width}V0`} fill="none" stroke="#f0f0f0" stroke-width="2" />
      </svg>{bar.text}
    </div>
  );
}
