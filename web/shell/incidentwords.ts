// What came or changed after a signature, in words. Pure.
import type { Incident, Mark } from "./wire";
import { due, sentence } from "./words";

const WHAT: Record<string, string> = {
  slide_after_sign_out: "A slide came", order_after_sign_out: "The order changed", relinked: "A scan was taken off its slide",
  damaged_scan: "A scan was found damaged", audit_disagrees: "The audit disagrees", arbitration_disagrees: "The third reading disagrees",
};

/** "A slide came: A2-2 Ki-67"; `slide` is the one the scan is of, where it is known. */
export function whatWords({ code }: Incident, slide?: string): string {
  const what = WHAT[code] ?? sentence(code);
  return slide ? `${what}: ${slide}` : what;
}

/** "Answer due in 3 h 58 min" or "Answer is 25 min late", with its mark. */
export function answerBy({ deadline_at }: Incident, now: number): { mark: Mark; text: string } {
  const { mark, text } = due(deadline_at, now);
  return { mark: mark ?? "note", text: mark === "bad" ? `Answer is ${text}` : `Answer due ${text}` };
}

/** The worst mark of several, for the one line that stands for all. */
export function worstOf(all: Incident[], now: number): Mark {
  const marks = all.map((each) => answerBy(each, now).mark);
  return (["bad", "warn"] as const).find((mark) => marks.includes(mark)) ?? "note";
}
