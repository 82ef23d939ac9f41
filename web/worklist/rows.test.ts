import { describe, expect, it } from "vitest";
import type { Row, Session } from "../shell/wire";
import { arrange, beside, filtered, heldBackWords, holderWords, isOffered, mayOffer, orderWords, placeWords, settle } from "./rows";

const row = (reading: string, more: Partial<Row> = {}): Row => ({
  reading, case: reading, number: `NG26-${reading}`, issuer: "lab", numbers: [], specimen: "Skin", specialty: "skin", site: "Northgate",
  patient: { name: "TESTPATIENT Anna", born: "1961-03-14", sex: "female", record: "ZZ-1", record_issuer: "pas" },
  organisation: "Trust", priority: "routine", received_at: "2026-11-16T00:00:00Z", due_at: "2026-11-18T00:00:00Z", ready_at: null,
  slides: { here: 1, expected: 1, waived: 0, in_tray: 0 }, flags: [], state: "waiting", mine: false, holder: null, claim: null, why: [], ...more,
});
const names = (shown: { row: Row }[]) => shown.map((each) => each.row.reading);

describe("rows", () => {
  it("stand in groups, in the server's order", () => {
    const shown = arrange([row("1"), row("2", { mine: true, state: "claimed" }), row("3", { state: "claimed", holder: { name: "X", site: "Y" } }), row("4")]);
    expect(names(shown)).toEqual(["2", "1", "4", "3"]);
  });
  it("never move and never appear by themselves", () => {
    const { shown, held } = settle(arrange([row("1"), row("2")]), [row("9", { due_at: "2026-11-17T00:00:00Z" }), row("2"), row("1")]);
    expect(names(shown)).toEqual(["1", "2"]);
    expect(held.map((each) => each.reading)).toEqual(["9"]);
    expect(heldBackWords(shown, held)).toBe("1 is due before the first waiting row");
  });
  it("change in place and say so", () => {
    const { shown } = settle(arrange([row("1"), row("2")]), [row("1", { flags: [{ mark: "bad", text: "1 in tray" }] }), row("2")]);
    expect(shown.map((each) => each.changed)).toEqual([true, false]);
    expect(shown[0]?.row.flags).toHaveLength(1);
  });
  it("stay struck through when they are gone, and return when they come back", () => {
    const first = settle(arrange([row("1"), row("2")]), [row("2")]);
    expect(first.shown.map((each) => each.gone)).toEqual([true, false]);
    expect(settle(first.shown, [row("1"), row("2")]).shown.map((each) => each.gone)).toEqual([false, false]);
  });
  it("keep their group when someone claims them", () => {
    const { shown } = settle(arrange([row("1")]), [row("1", { state: "claimed", mine: true })]);
    expect(shown[0]?.group).toBe("waiting");
  });
  it("are filtered by number, name and specimen", () => {
    const shown = arrange([row("1"), row("2", { specimen: "Colon" })]);
    expect(names(filtered(shown, "colon"))).toEqual(["2"]);
    expect(names(filtered(shown, "ng26-1"))).toEqual(["1"]);
    expect(names(filtered(shown, " "))).toEqual(["1", "2"]);
  });
  it("are walked one by one and not past the ends", () => {
    const shown = arrange([row("1"), row("2")]);
    expect([beside(shown, null, 1), beside(shown, "1", 1), beside(shown, "2", 1), beside(shown, "1", -1), beside([], "1", 1)]).toEqual(["1", "2", "2", "1", null]);
  });
});

describe("words of the order", () => {
  const shown = arrange([row("1"), row("2"), row("3", { mine: true, state: "claimed" })]);
  it("count the waiting only", () => expect(placeWords(shown, [], "2")).toBe("Why it stands second"));
  it("do not count where new rows are held back or the row is not waiting", () => {
    expect(placeWords(shown, [row("9")], "2")).toBe("Why it stands here");
    expect(placeWords(shown, [], "3")).toBe("Why it stands here");
  });
  it("take the length from the server, and none where it gives none", () => {
    expect(orderWords([row("1"), row("2", { why: ["Due 11:00; urgent counts as 24 h earlier."] })])).toBe("earliest due first; urgent counts as 24 h earlier");
    expect(orderWords([row("2", { why: ["Due 11:00; urgent counts as earlier."] })])).toBe("earliest due first; urgent counts as earlier");
  });
});

describe("offers", () => {
  const claim = (offer_until: string | null) => ({ id: "k", fence: 1, lease_until: "", begun: false, hold_until: null, offer_until });
  const who = (role: Session["role"], organisation = "Trust"): Session => ({ name: "", role, organisation, site: "", pathologist: null, demo: true, now: "" });
  it("are mine only once accepted", () => {
    expect(isOffered(row("1", { mine: true, state: "claimed", claim: claim("2026-11-17T13:02:10Z") }))).toBe(true);
    expect(isOffered(row("1", { mine: true, state: "claimed", claim: claim(null) }))).toBe(false);
  });
  it("change the row when they are accepted", () => {
    const offered = row("1", { mine: true, state: "claimed", claim: claim("2026-11-17T13:02:10Z") });
    expect(settle(arrange([offered]), [{ ...offered, claim: claim(null) }]).shown[0]?.changed).toBe(true);
  });
  it("are told apart from what is held", () => {
    const at = (minute: number) => new Date(2026, 10, 17, 13, minute).toISOString(), now = new Date(2026, 10, 17, 13, 0).getTime();
    const other = row("1", { state: "claimed", holder: { name: "Dr X", site: "Northgate" } });
    expect(holderWords({ ...other, claim: claim(at(2)) }, now)).toBe("Dr X, Northgate, is offered this case until 13:02:00.");
    expect(holderWords({ ...other, claim: { ...claim(null), hold_until: at(30) } }, now)).toBe("Dr X, Northgate, holds this case to 13:30.");
  });
  it("are a manager's, of what waits in their own organisation", () => {
    expect([mayOffer(row("1"), who("manager")), mayOffer(row("1"), who("operator")), mayOffer(row("1"), who("manager", "Other")), mayOffer(row("1", { state: "claimed" }), who("manager"))])
      .toEqual([true, false, false, false]);
  });
});
