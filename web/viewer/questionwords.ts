// Why this reading is asked of its holder, and what for, in words. Pure.
import type { Reading } from "../shell/wire";
import { sentence } from "../shell/words";

export interface Asked { title: string; means: string; /** In the words of who asked, or of the rule. */ question: string | null }

/** What stands above the report field; null for the reading that the order asks for. */
export function questionWords(reading: Reading | null): Asked | null {
  if (!reading || reading.cause === "order") return null;
  const waits = reading.kind === "second_before_release";
  const question = reading.question.trim() || null;
  switch (reading.cause) {
    case "asked": return waits
      ? { title: "Asked for: a second opinion", means: "A colleague who reads the case asks. The report waits for your answer.", question }
      : { title: "Asked for: an expert's opinion", means: "A colleague who reads the case asks, and stays responsible for the report.", question };
    case "panel": return { title: "Asked for: your opinion in a panel", means: "Several people read the case, each by themselves. The report waits for all of them.", question };
    case "rule": return { title: "A second reading by rule", means: "The report waits for it.", question: question && sentence(question) };
    case "sample": return { title: "A blind audit", means: "The sample drew this case after its report. You read it without that report; the two are compared by the diagnosis code.", question: null };
    case "arbitration": return { title: "A third reading", means: waits ? "Two readings disagree. The report waits for yours." : "Two readings disagree after an audit. The signer hears what you find.", question: null };
  }
}
