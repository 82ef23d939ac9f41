// Taking cases: the next one as the server picks it, or a certain one with a reason.
import { Problem, inWords, newKey, send } from "./api";
import { go } from "./router";
import type { Claim, Mark } from "./wire";

export interface Said { mark: Mark; title: string; text: string }

let pressed: string | null = null;

/** "Next case": claims and opens it, or says why not. A press without an answer is sent again as the same press. */
export async function takeNext(): Promise<Said | null> {
  pressed ??= newKey();
  try {
    const claim = await send<Claim | undefined>("POST", "/worklist/claim-next", {}, pressed);
    pressed = null;
    if (!claim) return { mark: "wait", title: "Nothing is waiting for you.", text: "New cases appear in the list by themselves." };
    go(`/read/${claim.case}`);
    return null;
  } catch (cause) {
    if (!(cause instanceof Problem) || cause.status !== 0) pressed = null;
    return refusal(cause);
  }
}

/** Claims one reading out of order; the reason is kept with the claim. */
export async function takeThis(reading: string, reason: string): Promise<Claim> {
  try {
    return await send<Claim>("POST", "/worklist/claim", { reading, reason });
  } catch (cause) {
    if (cause instanceof Problem && cause.code === "taken") {
      throw new Problem(cause.status, { ...cause.extra, title: "Someone claimed it a moment ago", detail: "Press N in the worklist for the next one." });
    }
    throw cause;
  }
}

function refusal(cause: unknown): Said {
  const words = inWords(cause);
  const code = cause instanceof Problem ? cause.code : "";
  if (code === "at_capacity") return { mark: "warn", title: "You hold as many cases as you may.", text: "Sign out or release one, then take the next." };
  if (code === "away") return { mark: "warn", title: "You are away.", text: "Press Away at the top of the worklist to say that you are available, then take the next case." };
  return { mark: "bad", title: `${words.title}.`, text: words.text };
}
