import { describe, expect, it } from "vitest";
import { colleagueWords, colleaguesFor, nobodyWords } from "./colleagues";
import { specialtyName } from "./specialties";
import type { Colleague } from "./wire";

const one = (id: string, more: Partial<Colleague> = {}): Colleague => ({
  id, name: `Dr ${id}`, site: "Northgate", specialties: ["skin"], presence: "available", held: 2, capacity: 6, ...more,
});

describe("colleagues", () => {
  it("are those of the specialty, never oneself", () => {
    const found = colleaguesFor("skin", [one("ME"), one("A"), one("B", { specialties: ["renal"] })], "ME");
    expect(found.map(({ id }) => id)).toEqual(["A"]);
  });
  it("stand with those who are there first, then by room, then by name", () => {
    const found = colleaguesFor("skin", [one("D", { presence: "away", held: 0 }), one("C"), one("B", { held: 0 }), one("A")], undefined);
    expect(found.map(({ id }) => id)).toEqual(["B", "A", "C", "D"]);
  });
  it("say where they are and what they hold", () => {
    expect(colleagueWords(one("A"))).toBe("Dr A, Northgate: available, holds 2 of 6");
    expect(nobodyWords("skin")).toBe("Nobody else of your organisation reads Dermatology.");
  });
  it("have specialties with names, known or spelled", () => {
    expect([specialtyName("gastro"), specialtyName("hand_surgery")]).toEqual(["Gastrointestinal", "Hand surgery"]);
  });
});
