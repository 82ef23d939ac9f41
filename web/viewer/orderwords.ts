// What is ordered for a case, in words: extra work that is waited for, slides read on glass, further opinions. Pure.
import { specialtyName } from "../shell/specialties";
import type { Case, Deferred, ExtraWork } from "../shell/wire";
import { count, due, someOf } from "../shell/words";
import { fullName, slidesOf } from "./checks";

/** The codes of the case's blocks, in order. */
export function blocksOf(of: Case): string[] { return of.specimens.flatMap((part) => part.blocks.map(({ code }) => code)); }

/** The block a slide was cut from, else the first one. */
export function blockOf(of: Case, slide: string | null): string {
  const blocks = of.specimens.flatMap((part) => part.blocks);
  return (blocks.find((block) => block.slides.some(({ id }) => id === slide)) ?? blocks[0])?.code ?? "";
}

/** True while a report of this reading can be an interim one: extra work of it is open. */
export function isWaitedFor(of: Case, reading: string | undefined): boolean {
  return of.extra_work.some((work) => work.reading === reading);
}

/** "A1-3 CD3, A1-4 Ki-67, a recut": what of it is not here. */
export function workNames({ kind, slides }: ExtraWork): string {
  const missing = slides.filter(({ here }) => !here);
  const names = someOf((missing.length > 0 ? missing : slides).map(named), 6);
  return kind === "recut" ? `${names}, a recut` : names;
}

/** "1 of 2 is here. Asked for by you: To see more. Due today 16:02." */
export function workWhy({ slides, mine, requested_by, reason, deadline_at }: ExtraWork, now: number): string {
  const here = slides.filter((slide) => slide.here).length;
  const some = here > 0 ? `${here} of ${slides.length} ${here === 1 ? "is" : "are"} here. ` : "";
  return `${some}Asked for by ${mine ? "you" : requested_by}${because(reason)}. ${endWords(deadline_at, now)}`;
}

/** "Deferred by Dr SECOND Omar: folded. Due today 16:02." */
export function glassWhy({ deferred_by, reason, deadline_at }: Deferred, now: number): string {
  return `Deferred by ${deferred_by}${because(reason)}. ${endWords(deadline_at, now)}`;
}

function because(reason: string): string {
  const said = reason.trim().replace(/\.$/, "");
  return said ? `: ${said}` : "";
}

function endWords(at: string, now: number): string {
  const { mark, text } = due(at, now);
  return mark === "bad" ? `It is ${text}.` : `Due ${text}.`;
}

function named({ name, stain }: { name: string; stain: string }): string { return `${name} ${stain}`.trim(); }

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

/** What the notice line says once it is ended. */
export function workEndedWords(work: ExtraWork, noTissue: boolean): { title: string; text: string } {
  const title = noTissue ? `No tissue is left for ${workNames(work)}.` : `Extra work is cancelled: ${workNames(work)}.`;
  return { title, text: "What is not here is waived; your reason stays with it." };
}

export type Ask = "second" | "consult" | "panel";

/** The three ways to ask, with what each of them means. */
export const ASKS: readonly [Ask, string, string][] = [
  ["second", "A second opinion", "Another pathologist reads the case. The report waits for it."],
  ["consult", "An expert's opinion", "A specialist reads the case. You stay responsible for the report."],
  ["panel", "A panel", "Several people read the case, each by themselves. The report waits for them."],
];

/** What the notice line says once it is asked for. */
export function askedWords(ask: Ask, specialty: string, waits: boolean, opinions: number, name?: string): { title: string; text: string } {
  const title = {
    second: "A second opinion is asked for.", consult: `An expert's opinion is asked for: ${specialtyName(specialty)}.`,
    panel: `A panel of ${opinions} is asked for.`,
  }[ask];
  const first = name ? `${name} is asked first, and whoever may if they do not take it. ` : "";
  return { title, text: first + (waits ? "The report waits for it. You can write on." : "The report does not wait for it.") };
}

/** "A1-1 H&E, A1-2 H&E": those of the ids that the case has. */
export function namesOf(of: Case, ids: Iterable<string>): string {
  const wanted = new Set(ids);
  return someOf(slidesOf(of).filter(({ id }) => wanted.has(id)).map(fullName));
}
