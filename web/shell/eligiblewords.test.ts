import { describe, expect, it } from "vitest";
import { beyondWords, loadWords, mayWords, nobodyWords, onlyOne, placeWords, reasonsOf } from "./eligiblewords";
import { specialtyName } from "./specialties";
import type { Eligible } from "./wire";

const one = (name: string, more: Partial<Eligible> = {}): Eligible => ({
  pathologist: name, name: `Dr ${name}`, organisation: "Hillview Trust", site: "Hillview", may: true, may_later: true, why: [],
  rights_version: 1, active: 2, max_active: 6, ...more,
});
const not = (name: string, more: Partial<Eligible> = {}) => one(name, { may: false, may_later: false, ...more });

describe("who may have a reading", () => {
  it("is said with place and load", () => {
    expect(placeWords(one("A"))).toBe("Hillview Trust, Hillview");
    expect(loadWords(one("A"))).toBe("holds 2 of 6");
  });
  it("tells what is only in the way for now", () => {
    expect([one("A"), not("B", { may_later: true }), not("C")].map(mayWords)).toEqual(["May read it", "May read it, not now", "May not read it"]);
  });
  it("has reasons that say something", () => expect(reasonsOf(not("A", { why: ["They are away. ", ""] }))).toEqual(["They are away."]));
  it("stands chosen when it is the only one", () => {
    expect(onlyOne([one("A"), not("B")])?.name).toBe("Dr A");
    expect([onlyOne([one("A"), one("B")]), onlyOne([not("A")])]).toEqual([null, null]);
  });
  it("says when it is nobody", () => {
    expect(nobodyWords([])).toBe("Nobody else reads cases like this one.");
    expect(nobodyWords([not("A")])).toBe("Nobody else may have this case now. The reasons stand below.");
    expect(nobodyWords([one("A")])).toBeNull();
  });
  it("counts who is not listed", () => expect([beyondWords(0), beyondWords(1), beyondWords(3)])
    .toEqual(["", "1 person more, not listed", "3 people more, not listed"]));
  it("reads specialties with names, known or spelled", () => {
    expect([specialtyName("gastro"), specialtyName("hand_surgery")]).toEqual(["Gastrointestinal", "Hand surgery"]);
  });
});
