// What is ordered for a case, in words: extra work that is waited for, slides read on glass, further opinions. Pure.
import { specialtyName } from "../shell/specialties";
import type { Case, Slide } from "../shell/wire";
import { count, someOf } from "../shell/words";
import { fullName, slidesOf } from "./checks";

/** Extra work as this tab asked for it; `before` are the slides the block had by then. */
export interface Asked { work: string; block: string; recut: boolean; stains: string[]; before: string[] }
/** Work that is still waited for, with its slides that are not here. */
export interface Waited { asked: Asked; slides: Slide[] }

/** The codes of the case's blocks, in order. */
export function blocksOf(of: Case): string[] { return of.specimens.flatMap((part) => part.blocks.map(({ code }) => code)); }

/** The block a slide was cut from, else the first one. */
export function blockOf(of: Case, slide: string | null): string {
  const blocks = of.specimens.flatMap((part) => part.blocks);
  return (blocks.find((block) => block.slides.some(({ id }) => id === slide)) ?? blocks[0])?.code ?? "";
}

/** The slides a block has now. */
export function slidesOfBlock(of: Case, code: string): Slide[] {
  return of.specimens.flatMap((part) => part.blocks).find((block) => block.code === code)?.slides ?? [];
}

/** Which of `all` is still waited for: one slide came into the case for each stain, and some of them are not here. */
export function waitedOf(of: Case, all: Asked[]): Waited[] {
  const found = all.map((asked) => ({ asked, slides: madeFor(of, asked).filter(isAwaited) }));
  return found.filter(({ slides }) => slides.length > 0);
}

function madeFor(of: Case, { block, stains, before }: Asked): Slide[] {
  const left = slidesOfBlock(of, block).filter(({ id }) => !before.includes(id));
  return stains.flatMap((stain) => {
    const at = left.findIndex((slide) => slide.stain === stain);
    return at < 0 ? [] : left.splice(at, 1);
  });
}

/** Slides that are expected and belong to no work this tab knows: asked for elsewhere, or with the order. */
export function otherAwaited(of: Case, waited: Waited[]): Slide[] {
  const known = new Set(waited.flatMap(({ slides }) => slides.map(({ id }) => id)));
  return slidesOf(of).filter((slide) => isAwaited(slide) && !known.has(slide.id));
}

/** True while a report can only be an interim one. */
export function isWaitedFor(of: Case): boolean { return slidesOf(of).some(isAwaited); }

function isAwaited(slide: Slide): boolean { return slide.expectation === "expected" && slide.scan === null; }

/** What was typed, one stain for each slide. */
export function stainsOf(text: string): string[] {
  return text.split(/[,;\n]/).map((stain) => stain.trim()).filter(Boolean);
}

/** "2 slides: A1 is cut again and stained with CD3, Ki-67." */
export function workWords(block: string, recut: boolean, stains: string[]): string {
  if (stains.length === 0) return "Name at least one stain. Each makes one slide.";
  const what = recut ? `${block} is cut again and stained` : `${block} is stained`;
  return `${count(stains.length, "slide")}: ${what} with ${someOf(stains, 6)}.`;
}

/** What the notice line says once it is asked for. */
export function workAskedWords(block: string, stains: string[]): { title: string; text: string } {
  return { title: `Extra work on ${block} is asked for.`, text: `${someOf(stains, 6)}. The case stays yours; the slides appear in the tray by themselves.` };
}

export type Ask = "second" | "consult" | "panel";

/** The three ways to ask, with what each of them means. */
export const ASKS: readonly [Ask, string, string][] = [
  ["second", "A second opinion", "Another pathologist reads the case. The report waits for it."],
  ["consult", "An expert's opinion", "A specialist reads the case. You stay responsible for the report."],
  ["panel", "A panel", "Several people read the case, each by themselves. The report waits for them."],
];

/** What the notice line says once it is asked for. */
export function askedWords(ask: Ask, specialty: string, waits: boolean, opinions: number): { title: string; text: string } {
  const title = {
    second: "A second opinion is asked for.", consult: `An expert's opinion is asked for: ${specialtyName(specialty)}.`,
    panel: `A panel of ${opinions} is asked for.`,
  }[ask];
  return { title, text: waits ? "The report waits for it. You can write on." : "The report does not wait for it." };
}

/** "A1-1 H&E, A1-2 H&E": those of the ids that the case has. */
export function namesOf(of: Case, ids: Iterable<string>): string {
  const wanted = new Set(ids);
  return someOf(slidesOf(of).filter(({ id }) => wanted.has(id)).map(fullName));
}
