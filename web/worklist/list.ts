// The worklist's state: what the server said, what is shown of it, what is selected, and the acts on it.
import { computed, signal } from "@preact/signals";
import { Problem, inWords, read, send } from "../shell/api";
import { type Said, takeNext, takeThis } from "../shell/claims";
import { learn } from "../shell/clock";
import { heard } from "../shell/live";
import { go, query } from "../shell/router";
import { enter, session } from "../shell/session";
import type { Eligible, Row, View, Worklist } from "../shell/wire";
import { timeToSecond } from "../shell/words";
import { type Settled, arrange, beside, filtered, settle } from "./rows";

const ALL_VIEWS: [View, string][] = [
  ["mine_and_waiting", "Mine and waiting"], ["mine", "Mine"], ["waiting", "Waiting"],
  ["held_by_others", "Held by others"], ["all", "All I may see"],
];
/** Who reads nothing has no "mine". */
export const views = computed(() => (session.value?.pathologist ? ALL_VIEWS : ALL_VIEWS.slice(2)));

export const answer = signal<Worklist | null>(null);
export const failure = signal<{ title: string; text: string } | null>(null);
export const notice = signal<Said | null>(null);
export const selected = signal<string | null>(null);
export const filter = signal("");
/** Since when new rows have been held back, in server time; null when none is. */
export const heldSince = signal<string | null>(null);
const settled = signal<Settled>({ shown: [], held: [] });

export const held = computed(() => settled.value.held);
export const shown = computed(() => filtered(settled.value.shown, filter.value));
export const current = computed(() => settled.value.shown.find(({ row }) => row.reading === selected.value) ?? null);
export const view = computed<View>(() => {
  const asked = query.value.get("view");
  return (views.value.find(([key]) => key === asked) ?? views.value[0])?.[0] ?? "waiting";
});

let turn = 0;

/** Reads the list; `afresh` shows everything in the server's order, else shown rows keep their places. */
export async function load(afresh: boolean): Promise<void> {
  const mine = ++turn;
  const asked = new URLSearchParams({ view: view.value });
  for (const name of ["specialty", "site"]) {
    const value = query.value.get(name);
    if (value) asked.set(name, value);
  }
  try {
    const list = await read<Worklist>(`/worklist?${asked}`);
    if (mine !== turn) return;
    take(list, afresh);
  } catch (cause) {
    if (mine !== turn || (cause instanceof Problem && cause.status === 401)) return;
    failure.value = inWords(cause);
  }
}

function take(list: Worklist, afresh: boolean): void {
  learn(list.now);
  heard();
  failure.value = null;
  const before = settled.value;
  settled.value = afresh || before.shown.length === 0 ? { shown: arrange(list.rows), held: [] } : settle(before.shown, list.rows);
  if (held.value.length === 0) heldSince.value = null;
  else heldSince.value ??= answer.value?.now ?? list.now;
  answer.value = list;
  if (!current.value) selected.value = firstWaiting();
}

/** Empties the page's memory when it is left, so that coming back starts in the server's order. */
export function forgetRows(): void {
  turn++;
  settled.value = { shown: [], held: [] };
  answer.value = null;
  failure.value = notice.value = heldSince.value = null;
  filter.value = "";
}

export function move(step: number): void { select(beside(shown.value, selected.value, step)); }

/** Selects a row; what had changed on it counts as seen. */
export function select(reading: string | null): void {
  selected.value = reading;
  settled.value = {
    ...settled.value,
    shown: settled.value.shown.map((each) => each.row.reading === reading && each.changed ? { ...each, changed: false } : each),
  };
}

/** "Next case": the server picks, claims and opens it. */
export async function next(): Promise<void> {
  notice.value = null;
  notice.value = await takeNext();
  if (notice.value) void load(false);
}

/** Claims one case out of order and opens it. */
export async function claim(row: Row, reason: string): Promise<void> {
  const got = await takeThis(row.reading, reason);
  go(`/read/${got.case}`);
}

/** Gives a case back that is not begun; the reason is kept. */
export async function decline(row: Row, reason: string): Promise<void> {
  if (!row.claim) return;
  await send<void>("POST", `/claims/${row.claim.id}/decline`, { fence: row.claim.fence, reason });
  notice.value = { mark: "good", title: `${row.number} went back to the list.`, text: "Your reason is kept with it." };
  await Promise.all([load(false), enter()]);
}

/** Keeps a waiting case for one pathologist for some seconds. */
export async function offer(row: Row, to: Eligible, seconds: number): Promise<void> {
  const { until } = await send<{ until: string }>("POST", `/readings/${row.reading}/offer`, { pathologist: to.pathologist, seconds });
  notice.value = { mark: "good", title: `${row.number} is offered to ${to.name} until ${timeToSecond(until)}.`, text: "Not accepted by then, it waits again in its place." };
  await load(false);
}

function firstWaiting(): string | null {
  const rows = settled.value.shown;
  return (rows.find((each) => each.group === "waiting") ?? rows[0])?.row.reading ?? null;
}
