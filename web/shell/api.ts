// The one door to the server. Every answer that is not 2xx becomes a Problem with words a page can show.

/** What the server said no with: the `code` to act on, the words to show, and its extra fields. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly extra: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body["title"] ?? "The server did not answer"));
    this.status = status;
    this.code = String(body["code"] ?? (status === 0 ? "offline" : "unknown"));
    this.detail = String(body["detail"] ?? "");
    this.extra = body;
  }
}

type Listener = (problem: Problem) => void;
let onNoSession: Listener = () => undefined;
/** Calls `listen` whenever the server says that nobody is signed in. */
export function whenNoSession(listen: Listener): void { onNoSession = listen; }

const PATIENCE_MS = 10_000;

/** A fresh name for one action, a version 4 UUID; made here because `randomUUID` is missing outside HTTPS and loopback. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Reads `path`; the answer is the parsed JSON, or undefined for 204. */
export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { method: "GET" }, signal);
}

/** Changes something. `key` makes a second send of the same action harmless. */
export function send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, key = newKey()): Promise<T> {
  const headers: Record<string, string> = { "Idempotency-Key": key };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return ask<T>(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
}

let unanswered: { what: string; key: string } | null = null;

/** Sends an act; a press that got no answer and is pressed again is the same press, done once. */
export async function press<T>(path: string, body: unknown): Promise<T> {
  const what = JSON.stringify([path, body]);
  const key = unanswered?.what === what ? unanswered.key : newKey();
  unanswered = null;
  try {
    return await send<T>("POST", path, body, key);
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 0) unanswered = { what, key };
    throw cause;
  }
}

/** Sends while the page is closing; nobody waits for the answer. */
export function sendLast(path: string, body: unknown): void {
  const headers = { "Idempotency-Key": newKey(), "X-Slideway": "1", "Content-Type": "application/json" };
  void fetch(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body), keepalive: true }).catch(() => undefined);
}

async function ask<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  const headers = { Accept: "application/json", "X-Slideway": "1", ...init.headers };
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, { ...init, headers, signal: either, credentials: "same-origin" });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Problem(0, { title: "The server did not answer", detail: "Nothing is lost. Try again when it does." });
  }
  if (answer.ok) return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  throw await problemFrom(answer);
}

async function problemFrom(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (body["title"] === undefined) body["title"] = "The server could not do this";
  const problem = new Problem(answer.status, body);
  if (answer.status === 401) onNoSession(problem);
  return problem;
}

/** The sentence for a person: what happened, then what to do. */
export function inWords(cause: unknown): { title: string; text: string } {
  if (cause instanceof Problem) return { title: cause.message, text: cause.detail };
  return { title: "This page met an error of its own", text: "Load it again; what was saved is safe." };
}

/** The same in one line, each of its sentences with one full stop. */
export function sayNo(cause: unknown): string {
  const { title, text } = inWords(cause);
  return `${title.replace(/\.$/, "")}. ${text}`.trim();
}
