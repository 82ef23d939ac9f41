// What a person should know before signing, and what they must tick. Pure.
import type { Case, Deferred, Mark, Reading, Slide } from "../shell/wire";
import { count, someOf } from "../shell/words";

export interface Check { mark: Mark; text: string; /** It blocks sign-out until a written reason lifts it. */ byReason?: true }
export interface Tick { key: string; text: string }

/** Every slide of the case, in the order of parts and blocks, then those without a block. */
export function slidesOf(of: Case): Slide[] {
  return [...of.specimens.flatMap((part) => part.blocks.flatMap((block) => block.slides)), ...of.loose_slides];
}

/** "A2-2 Ki-67" */
export function fullName(slide: Slide): string { return `${slide.name} ${slide.stain}`.trim(); }

/** The list "Before you sign", worst news last so that it stands nearest the button. */
export function checksOf(of: Case, opened: ReadonlySet<string>, onGlass: ReadonlySet<string> = new Set()): Check[] {
  const slides = slidesOf(of);
  const here = slides.filter((slide) => slide.scan !== null);
  const names = (some: Slide[]) => someOf(some.map((slide) => slide.name));
  const odd = here.filter((slide) => slide.scan?.identity !== "matched");
  const closed = here.filter((slide) => !opened.has(slide.scan?.id ?? ""));
  const expected = slides.filter(isMissing);
  const waived = slides.filter((slide) => slide.expectation === "waived");
  const glass = slides.filter((slide) => onGlass.has(slide.id));
  const damaged = here.filter((slide) => slide.scan?.state === "damaged");
  const list: Check[] = [];
  if (here.length === 0) list.push({ mark: "bad", text: "No slide is here yet" });
  else if (odd.length === 0) list.push({ mark: "good", text: `${count(here.length, "slide")} matched, none contradicted` });
  else list.push({ mark: "bad", text: `${count(odd.length, "slide")} not matched to the case: ${names(odd)}` });
  if (closed.length > 0) list.push({ mark: "warn", text: `${count(closed.length, "slide")} not opened: ${names(closed)}` });
  if (here.length > 0 && closed.length === 0) list.push({ mark: "good", text: "Every slide here was opened" });
  if (expected.length > 0) list.push({ mark: "wait", text: `${count(expected.length, "slide")} expected: ${someOf(expected.map(fullName), 3)}` });
  if (waived.length > 0) list.push({ mark: "wait", text: `${count(waived.length, "slide")} waived: ${someOf(waived.map(fullName), 3)}` });
  if (glass.length > 0) list.push({ mark: "warn", text: `${count(glass.length, "slide")} to be read on glass: ${names(glass)}` });
  for (const said of of.banner) if (/tray/i.test(said.title)) list.push({ mark: said.mark, text: said.title.replace(/\.$/, "") });
  if (damaged.length > 0) list.push({ mark: "bad", text: `${count(damaged.length, "scan")} damaged: ${names(damaged)}`, byReason: true });
  return list;
}

/** What must be ticked: every slide that is expected and not here, and whatever else the server asked for. */
export function ticksOf(of: Case, needs: string[]): Tick[] {
  const slides = slidesOf(of);
  const own = slides.filter(isMissing).map((slide) => `expected:${slide.id}`);
  return [...new Set([...own, ...needs])].map((key) => {
    const [kind = "", id = ""] = key.split(":");
    const slide = slides.find((each) => each.id === id);
    const name = slide ? fullName(slide) : id;
    if (kind === "expected") return { key, text: `I sign without ${name}, which is still expected` };
    if (kind === "waived") return { key, text: `I sign without ${name}, which was waived${slide?.waived_reason ? `: ${slide.waived_reason}` : ""}` };
    return { key, text: `I know: ${kind.replaceAll("_", " ")}, ${name}` };
  });
}

/** The slides that are deferred to their glass in this reading and not read there yet. */
export function unreadGlass(of: Case, reading: string | undefined): Deferred[] {
  return of.glass.filter((each) => each.reading === reading && each.read_at === null);
}

/** True when who reads says how it compares with the first report; a blind reading is compared by its code instead. */
export function isCompared(reading: Pick<Reading, "kind" | "cause"> | null): boolean {
  return reading?.kind === "second_before_release" || (reading?.kind === "audit" && reading.cause !== "sample");
}

/** Whether a signature has a diagnosis code: a blind reading must, the first report may, so that an audit can be compared with it. */
export function codeOf(reading: Pick<Reading, "kind" | "cause"> | null): "must" | "may" | "none" {
  if (reading?.kind === "audit" && reading.cause === "sample") return "must";
  return reading?.cause === "order" ? "may" : "none";
}

/** What is new in `after` for someone who has `before` on the screen, in words. */
export function changesBetween(before: Case, after: Case): { text: string; slide: string }[] {
  const old = new Map(slidesOf(before).map((slide) => [slide.id, slide]));
  return slidesOf(after).flatMap((slide) => {
    const was = old.get(slide.id);
    const name = fullName(slide);
    if (!was) return [{ text: `${name} was added to the case`, slide: slide.id }];
    if (!was.scan && slide.scan) return [{ text: `${name} arrived`, slide: slide.id }];
    if (was.scan && slide.scan && was.scan.id !== slide.scan.id) return [{ text: `a new scan of ${name} is ready`, slide: slide.id }];
    if (was.scan?.state !== slide.scan?.state && slide.scan?.state === "damaged") return [{ text: `${name} was found damaged`, slide: slide.id }];
    if (was.expectation !== slide.expectation && slide.expectation === "waived") return [{ text: `${name} was waived`, slide: slide.id }];
    return [];
  });
}

function isMissing(slide: Slide): boolean { return slide.expectation === "expected" && slide.scan === null; }
