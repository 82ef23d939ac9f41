// Keys. A page gives a table of them; single letters rest while someone types or a dialog is open.
import { useEffect, useRef } from "preact/hooks";

export interface Key {
  /** As in KeyboardEvent.key, lower case, with "ctrl+" or "shift+" before it: "n", "ctrl+enter", "arrowdown". */
  on: string[];
  /** Shown in the list of keys; null hides it there. */
  says: string | null;
  /** The cap to print; the first of `on` when absent. */
  cap?: string;
  act: () => void;
}

/** The name of a pressed key in the form of `Key.on`. */
export function nameOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const held = event.ctrlKey || event.metaKey ? "ctrl+" : "";
  // Shift is part of the character for signs such as ? and +, and a modifier for named keys only.
  const shift = event.shiftKey && key.length > 1 ? "shift+" : "";
  return held + shift + key;
}

/** True when the key belongs to a field, not to the page. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Listens for `keys` while the component is on the page. */
export function useKeys(keys: Key[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
      const name = nameOf(event);
      if (typing(event.target) && !name.startsWith("ctrl+")) return leaveField(event);
      if (isOwnKeyOfControl(event, name)) return;
      const key = latest.current.find((k) => k.on.includes(name));
      if (!key) return;
      event.preventDefault();
      key.act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** Escape leaves a field for the page, so that the single letters work again. */
function leaveField(event: KeyboardEvent): void {
  if (event.key === "Escape") { (event.target as HTMLElement).blur(); event.preventDefault(); }
}

/** Enter and Space on a focused button or link press it; they are not keys of the page then. */
function isOwnKeyOfControl(event: KeyboardEvent, name: string): boolean {
  if (name !== "enter" && name !== "space") return false;
  return event.target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName);
}

/** How a key is printed on its cap. */
export function cap(key: Key): string {
  if (key.cap) return key.cap;
  const name = key.on[0] ?? "";
  if (name.length === 1) return name.toUpperCase();
  return name.split("+").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(" ");
}
