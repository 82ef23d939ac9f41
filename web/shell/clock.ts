// The server's clock on this page. `now` moves each second; words only change when their text does.
import { computed, signal } from "@preact/signals";

const SKEW_WORTH_TELLING_MS = 2_000;

const local = signal(Date.now());
const offset = signal(0);

/** Server time in milliseconds, once a second. */
export const second = computed(() => Math.floor((local.value + offset.value) / 1000) * 1000);
/** Server time in milliseconds, once a minute: for countdowns, so that nothing flickers. */
export const minute = computed(() => Math.floor(second.value / 60_000) * 60_000);
/** True when this computer's clock is more than two seconds from the server's. */
export const skewed = computed(() => Math.abs(offset.value) > SKEW_WORTH_TELLING_MS);

/** Learns the server's time from an answer that has just arrived. */
export function learn(serverNow: string | undefined): void {
  const at = serverNow ? Date.parse(serverNow) : Number.NaN;
  if (Number.isNaN(at)) return;
  const difference = at - Date.now();
  // An answer is always a little old; only a real difference moves the clock.
  if (Math.abs(difference - offset.value) > 1_000) offset.value = difference;
}

setInterval(() => { local.value = Date.now(); }, 1_000);
