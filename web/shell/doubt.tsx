// What is said of a scan whose quality is doubtful, wherever it is listed.
import { Say } from "./marks";
import type { QualityBadge } from "./wire";

/** A flagged scan says so, whoever was asked about it. */
export function Doubt({ of }: { of: QualityBadge | null | undefined }) {
  const first = of?.flags[0];
  if (!of || !first || of.verdict === "good" || of.verdict === "not_measured") return null;
  const then = { flagged: "The lab is asked.", released: "Nobody at the lab decided in time.", rescan: "A rescan is asked for.", passed: "The lab let it pass." }[of.verdict];
  return <p class="xs" title={then}><Say mark={of.verdict === "passed" ? "wait" : "warn"}>{first.title.replace(/\.$/, "")}</Say></p>;
}
