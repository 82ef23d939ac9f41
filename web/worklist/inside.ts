// What only the case itself knows, for the details of a row. Each look is audited, so it is asked once for what is shown:
// again only when the row or the server says that the case changed. At most 40 cases are kept, none after leaving the page.
import { Problem, read } from "../shell/api";
import type { Change } from "../shell/live";
import type { Case, Row } from "../shell/wire";

const MOST_KEPT = 40;
/** `found` is null where this person may not open the case: the row then says all there is. */
interface Kept { key: string; found: Case | null }
const kept = new Map<string, Kept>();

/** As long as this is the same, the case behind the row is taken to be the same. */
export function keyOf(row: Row): string {
  return JSON.stringify([row.case, row.state, row.mine, row.slides, row.flags, row.priority, row.due_at]);
}

/** The case behind the row as it was last read, or undefined when it must be asked for. */
export function known(row: Row): Case | null | undefined {
  const at = kept.get(row.case);
  return at && at.key === keyOf(row) ? at.found : undefined;
}

/** Reads the case behind the row and keeps it; "not yours to open" is an answer, anything else is thrown. */
export async function look(row: Row, signal: AbortSignal): Promise<Case | null> {
  const found = await read<Case>(`/cases/${row.case}`, signal).catch((cause: unknown) => {
    if (cause instanceof Problem && (cause.status === 403 || cause.status === 404)) return null;
    throw cause;
  });
  kept.delete(row.case);
  const oldest = kept.keys().next().value;
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(row.case, { key: keyOf(row), found });
  return found;
}

/** Forgets the case that changed, or all of them after a gap, other rights, or when the page is left. */
export function forgetInside(change: Change | null): void {
  if (change === null) kept.clear();
  else if (change.case !== null) kept.delete(change.case);
}
