// Giving a signature, and what the server's no means for who gives it.
import { Problem, inWords, send } from "../shell/api";
import type { Case } from "../shell/wire";
import { time } from "../shell/words";
import { slidesOf } from "./checks";
import { namesOf } from "./orderwords";
import { changed, changedNotice, claim, isLost, loaded, opened, refresh, said, save, text } from "./reading";

export interface Refused { title: string; text: string }
export interface Answer { refused: Refused; needs: string[] }

/** An interim report is bound to what was seen like the last word, but it ends nothing. */
export const WAYS = {
  sign: { title: "Sign out", action: "Sign out", path: "sign-out" },
  interim: { title: "Interim report on", action: "Sign interim report", path: "interim" },
};
export type Way = keyof typeof WAYS;

/** Every scan of the case as it stood before the signer, and whether it was opened. */
export function scansOf(seen: Case): { scan: string; generation: number; opened: boolean }[] {
  return slidesOf(seen).flatMap(({ scan }) => scan ? [{ scan: scan.id, generation: scan.generation, opened: opened.value.has(scan.id) }] : []);
}

/** Signs, or says why not; null means that the dialog has nothing more to ask. */
export async function signOut(what: Way, seen: Case, more: Record<string, unknown>): Promise<Answer | null> {
  await save();
  const held = claim.value;
  if (held.kind !== "mine") return null;
  try {
    const done = await send<{ signed_at: string }>("POST", `/claims/${held.id}/${WAYS[what].path}`, {
      fence: held.fence, case_revision: seen.revision, diagnosis: text.value, seen: scansOf(seen), ...more,
    });
    if (what === "sign") claim.value = { kind: "signed", at: done.signed_at };
    else said.value = { mark: "good", title: `Interim report signed at ${time(done.signed_at)}.`, text: "The case stays yours; the report follows when its slides are here." };
    changed.value = null;
    void refresh(seen.id, "own");
    return null;
  } catch (cause) {
    return answerTo(cause, seen);
  }
}

/** What a refusal means for who signs; null when there is nothing more to ask. */
export async function answerTo(cause: unknown, seen: Case): Promise<Answer | null> {
  if (isLost(cause)) return null;
  if (cause instanceof Problem && cause.code === "changed_since_you_looked") {
    const changes = (cause.extra["changes"] ?? []) as { text: string; scan?: string | null }[];
    await refresh(seen.id);
    // The new scan is in the case as it is now, not in the one that was about to be signed.
    const scan = changes.find((each) => each.scan)?.scan;
    const at = scan && loaded.value ? slidesOf(loaded.value).find((slide) => slide.scan?.id === scan)?.id : undefined;
    changed.value = changedNotice(changes.map((each) => each.text), at);
    return null;
  }
  if (cause instanceof Problem && cause.code === "glass_unread") {
    const slides = (cause.extra["slides"] ?? []) as string[];
    void refresh(seen.id, "own");
    return { refused: { title: cause.message, text: `${namesOf(seen, slides)}. ${cause.detail}` }, needs: [] };
  }
  const needs = cause instanceof Problem && cause.code === "missing_acknowledgement" ? (cause.extra["needs"] as string[]) : [];
  return { refused: inWords(cause), needs };
}
