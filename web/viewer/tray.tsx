// The slides of the case, by block: what is here, what was opened, what is expected or waived.
import { useEffect, useRef } from "preact/hooks";
import { Doubt } from "../shell/doubt";
import { Say } from "../shell/marks";
import { Thumbnail } from "../shell/thumbnail";
import type { Block, Case, Slide } from "../shell/wire";
import { count } from "../shell/words";
import { choose, chosen, onGlass, opened } from "./reading";

export function Tray({ of }: { of: Case }) {
  const several = of.specimens.length > 1;
  return (
    <nav class="tray" aria-label="Slides">
      {of.specimens.flatMap((part) => part.blocks.map((block) => <OfBlock key={block.id} block={block} part={several ? part.part : null} />))}
      {of.loose_slides.length > 0 && <><h2><span><b>No block</b></span><span>{count(of.loose_slides.length, "slide")}</span></h2>
        {of.loose_slides.map((slide) => <Item key={slide.id} slide={slide} />)}</>}
    </nav>
  );
}

function OfBlock({ block, part }: { block: Block; part: string | null }) {
  const here = block.slides.filter((slide) => slide.scan !== null).length;
  const all = block.slides.length;
  return (
    <>
      <h2><span><b>Block {block.code}</b> {block.site ?? (part ? `part ${part}` : "")}</span><span>{here < all ? `${here} of ${all}` : count(all, "slide")}</span></h2>
      {block.slides.map((slide) => <Item key={slide.id} slide={slide} />)}
    </>
  );
}

function Item({ slide }: { slide: Slide }) {
  const current = chosen.value === slide.id;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (current) button.current?.scrollIntoView({ block: "nearest" }); }, [current]);
  return (
    <button ref={button} class="sl" type="button" data-slide={slide.name} aria-current={current ? "true" : undefined} disabled={!slide.scan} onClick={() => choose(slide.id)}>
      <Picture slide={slide} />
      <div><p class="cut"><b>{slide.name}</b> {slide.stain}</p><State slide={slide} /></div>
    </button>
  );
}

function Picture({ slide }: { slide: Slide }) {
  if (!slide.scan) return <span class="gap">None</span>;
  return <Thumbnail key={slide.scan.id} scan={slide.scan.id} alt="" none="No picture" />;
}

function State({ slide }: { slide: Slide }) {
  if (slide.expectation === "waived" && !slide.scan) return <p class="xs" title={slide.waived_reason ?? undefined}><Say mark="wait">Waived</Say></p>;
  if (!slide.scan) return <p class="xs"><Say mark="wait">Expected</Say></p>;
  if (slide.scan.state === "damaged") return <p class="xs"><Say mark="bad">Damaged</Say></p>;
  return (
    <>
      <p class={opened.value.has(slide.scan.id) ? "xs q" : "xs qq"}>{opened.value.has(slide.scan.id) ? "Opened" : "Not opened"}</p>
      {slide.earlier_scans.length > 0 && <p class="xs"><Say mark="note">Rescan</Say></p>}
      {onGlass.value.has(slide.id) && <p class="xs"><Say mark="note">To be read on glass</Say></p>}
      <Doubt of={slide.scan.quality} />
      {slide.scan.identity !== "matched" && <p class="xs"><Say mark="bad">{slide.scan.identity.replaceAll("_", " ")}</Say></p>}
    </>
  );
}
