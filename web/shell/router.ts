// Where we are. Links are ordinary anchors; a click on one of ours changes the path without a load.
import { signal } from "@preact/signals";

export const path = signal(location.pathname);
export const query = signal(new URLSearchParams(location.search));

/** The address of `to` on this site, with the choice of drawer kept. */
export function address(to: string): string {
  const url = new URL(to, location.origin);
  const drawer = new URLSearchParams(location.search).get("drawer");
  if (drawer) url.searchParams.set("drawer", drawer);
  return url.pathname + url.search;
}

/** Goes to `to`, as a click on a link would; `replace` leaves no step to come back to. */
export function go(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", address(to));
  arrive();
}

function arrive(): void {
  path.value = location.pathname;
  query.value = new URLSearchParams(location.search);
}

/** The case of `/read/{case}`, or null on another page. */
export function caseOf(at: string): string | null {
  return /^\/read\/([0-9A-Za-z-]+)$/.exec(at)?.[1] ?? null;
}

/** Starts listening; called once. */
export function follow(): void {
  addEventListener("popstate", arrive);
  document.addEventListener("click", (click) => {
    const plain = click.button === 0 && !click.ctrlKey && !click.metaKey && !click.shiftKey && !click.altKey;
    const link = (click.target as Element).closest?.("a[href^='/']");
    if (!plain || !link || link.hasAttribute("target")) return;
    click.preventDefault();
    go(link.getAttribute("href") ?? "/");
  });
}
