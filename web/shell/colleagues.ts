// Whom a case can be given to: those who read its specialty, who is there first. Pure.
import { specialtyName } from "./specialties";
import type { Colleague } from "./wire";

/** Everybody else who reads `specialty`: the available first, among them those with most room. */
export function colleaguesFor(specialty: string, all: Colleague[], me: string | undefined): Colleague[] {
  const room = (one: Colleague) => one.capacity - one.held;
  const here = (one: Colleague) => (one.presence === "available" ? 0 : 1);
  return all.filter((one) => one.id !== me && one.specialties.includes(specialty))
    .sort((a, b) => here(a) - here(b) || room(b) - room(a) || a.name.localeCompare(b.name));
}

/** "Dr SECOND Omar, Northgate: available, holds 2 of 6" */
export function colleagueWords({ name, site, presence, held, capacity }: Colleague): string {
  return `${name}, ${site}: ${presence}, holds ${held} of ${capacity}`;
}

/** What is said when there is nobody to choose. */
export function nobodyWords(specialty: string): string {
  return `Nobody else of your organisation reads ${specialtyName(specialty)}.`;
}
