import { describe, expect, it } from "vitest";
import { claimWords, endWords, stillWords } from "./claimwords";
import type { ClaimNow } from "./reading";

const at = (hour: number, minute: number, day = 17) => new Date(2026, 10, day, hour, minute);
const NOW = at(9, 42).getTime();
const mine = (more: object = {}): ClaimNow => ({
  kind: "mine", id: "1", fence: 1, lease_until: at(9, 43).toISOString(), begun: false, hold_until: null, silent: false, ...more,
});

describe("still reading", () => {
  it("asks nobody who holds nothing", () => expect(stillWords({ kind: "none" }, NOW, NOW)).toBeNull());
  it("says when an untouched case returns", () => {
    expect(stillWords(mine(), at(9, 40).getTime(), NOW)?.text).toBe("Press any key. If not, the case returns to the list at 09:57.");
  });
  it("says until when a begun case is held, by the server", () => {
    const begun = mine({ begun: true, hold_until: at(10, 38).toISOString() });
    expect(stillWords(begun, at(9, 40).getTime(), NOW)?.text).toBe("Press any key. If not, the case returns to the list at 10:38.");
  });
});

describe("a held case", () => {
  it("names the day when it is not today", () => {
    expect(claimWords(mine({ begun: true, hold_until: at(10, 38).toISOString() }), null, NOW).text).toBe("Held to 10:38, draft saved");
    expect(claimWords(mine({ begun: true, hold_until: at(10, 38, 18).toISOString() }), null, NOW).text).toBe("Held to Wed 18 Nov 10:38, draft saved");
  });
});

describe("a case given away", () => {
  it("says who has it", () => {
    const handed = { kind: "handed", to: "Dr SECOND Omar", number: "NG26-1" } as const;
    expect(claimWords(handed, null, NOW).text).toBe("With Dr SECOND Omar");
    expect(endWords(handed)).toBe("Handed over. The case is with Dr SECOND Omar");
    expect(endWords({ kind: "signed", at: at(9, 42).toISOString() })).toBe("Signed out at 09:42");
  });
});

describe("a case only offered", () => {
  it("says until when", () => {
    const claim = { id: "1", fence: 1, lease_until: "", begun: false, hold_until: null, offer_until: at(9, 43).toISOString() };
    const words = claimWords({ kind: "none" }, { id: "r", kind: "primary", cause: "order", question: "", state: "claimed", holder: { name: "Me", mine: true }, claim }, NOW);
    expect(words.text).toBe("Offered to you until 09:43:00");
  });
});
