// Who may have a reading, and why not the others, in words. Pure.
import type { Eligible } from "./wire";
import { count } from "./words";

/** "Northgate Trust, Northgate" */
export function placeWords({ organisation, site }: Eligible): string { return `${organisation}, ${site}`; }

/** "holds 2 of 6" */
export function loadWords({ active, max_active }: Eligible): string { return `holds ${active} of ${max_active}`; }

/** Whether they may, said shortly; what is only in the way for now is told apart. */
export function mayWords({ may, may_later }: Eligible): string {
  if (may) return "May read it";
  return may_later ? "May read it, not now" : "May not read it";
}

/** Every reason as one sentence; what says nothing is left out. */
export function reasonsOf({ why }: Eligible): string[] {
  return why.map((each) => each.trim()).filter(Boolean);
}

/** "3 people more, not listed" */
export function beyondWords(beyond: number): string {
  return beyond > 0 ? `${count(beyond, "person", "people")} more, not listed` : "";
}

/** What is said when there is nobody to choose; null while somebody may. */
export function nobodyWords(people: Eligible[]): string | null {
  if (people.length === 0) return "Nobody else reads cases like this one.";
  return people.some(({ may }) => may) ? null : "Nobody else may have this case now. The reasons stand below.";
}

/** The only one who may, so that one choice needs no pressing. */
export function onlyOne(people: Eligible[]): Eligible | null {
  const some = people.filter(({ may }) => may);
  return some.length === 1 ? some[0] ?? null : null;
}
