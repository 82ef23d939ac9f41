// Who is reading. undefined = not asked yet, null = nobody: the chooser stands in front of every page.
import { signal } from "@preact/signals";
import { Problem, read, send, whenNoSession } from "./api";
import { learn } from "./clock";
import { deafen, heard, listen, onChange } from "./live";
import type { Persona, Session } from "./wire";

export const session = signal<Session | null | undefined>(undefined);
/** Why the server could not be asked at all; null while it answers. */
export const unreachable = signal<Problem | null>(null);

/** Asks the server who is signed in and opens the event stream for them. */
export async function enter(): Promise<void> {
  try {
    const found = await read<Session>("/session");
    learn(found.now);
    session.value = found;
    unreachable.value = null;
    heard();
    listen();
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 401) return;
    if (cause instanceof Problem) unreachable.value = cause;
    else throw cause;
  }
}

/** The invented people of the demo. */
export function personas(): Promise<Persona[]> { return read<Persona[]>("/session/personas"); }

/** Starts reading as `key`. */
export async function become(key: string): Promise<void> {
  const found = await send<Session>("POST", "/session", { persona: key });
  learn(found.now);
  session.value = found;
  heard();
  listen();
}

/** Ends the session; drafts stay on the server. The page is taken down first, so that nothing asks in a session that is gone. */
export async function leave(): Promise<void> {
  deafen();
  session.value = undefined;
  try {
    await send<void>("DELETE", "/session");
    forget();
  } catch {
    // Not ended: the page comes back as the server knows it, or says that the server does not answer.
    await enter();
  }
}

/** Tells the router of cases whether new ones may come to this pathologist. */
export async function setPresence(presence: "available" | "away"): Promise<void> {
  const now = session.value;
  if (!now?.pathologist) return;
  await send<unknown>("PUT", "/pathologists/me/presence", { presence });
  session.value = { ...now, pathologist: { ...now.pathologist, presence } };
}

function forget(): void {
  deafen();
  session.value = null;
}

whenNoSession(forget);
// Other rights, or a gap in the stream: who is reading is asked again, like all that is shown.
onChange((change) => { if (change === null && session.value) void enter(); });
