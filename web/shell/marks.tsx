// Marks, badges, chips and keys. The shape carries the meaning, the colour repeats it, the word stands beside it.
import type { ComponentChildren } from "preact";
import type { Mark } from "./wire";

const SHAPES = {
  bad: <path d="M1 1h10v10H1z" />,
  warn: <path d="M6 .6 11.8 11.2H.2z" />,
  note: <path d="M6 0l6 6-6 6-6-6z" />,
  go: <path d="M2 1l9 5-9 5z" />,
  wait: <circle class="ring" cx="6" cy="6" r="4.8" />,
  good: <><circle cx="6" cy="6" r="5.8" /><path class="tick" d="m3.4 6.2 1.8 1.9 3.4-4" /></>,
};

/** One shape of the six; without meaning of its own to a screen reader. */
export function Sign({ mark }: { mark: Mark }) {
  return <svg class={`mark ${mark}`} viewBox="0 0 12 12" aria-hidden="true">{SHAPES[mark]}</svg>;
}

/** A mark with its words; without a mark the words keep the same indent. Good news is not coloured, only its mark. */
export function Say({ mark, children }: { mark: Mark | null; children: ComponentChildren }) {
  if (mark === null) return <span class="say blank">{children}</span>;
  return <span class={mark === "good" || mark === "wait" ? "say" : `say ${mark}`}><Sign mark={mark} />{children}</span>;
}

/** Priority, and nothing else. */
export function Priority({ of }: { of: string }) {
  const form = of === "immediate" ? "full" : of === "urgent" ? "" : "plain";
  return <span class={`badge ${form}`}>{of.charAt(0).toUpperCase() + of.slice(1)}</span>;
}

/** A fact about the case. */
export function Chip({ mark, text }: { mark: Mark | null; text: string }) {
  return <span class="chip">{mark && <Sign mark={mark} />}{text}</span>;
}

export interface ButtonProps {
  children: ComponentChildren; cap?: string | undefined; kind?: string; off?: boolean; why?: string | undefined;
  pressed?: boolean; act: () => void; named?: string;
}

/** A button with its key printed on it. `off` says why in the title. */
export function Button({ children, cap, kind = "", off = false, why, pressed, act, named }: ButtonProps) {
  const form = `btn ${kind}${pressed ? " on" : ""}`;
  return (
    <button class={form} type="button" disabled={off} title={why} aria-pressed={pressed} aria-label={named} onClick={act}>
      {children}{cap && <kbd aria-hidden="true">{cap}</kbd>}
    </button>
  );
}

/** One line that says what happened and what to do; only a bad one interrupts. */
export function Banner({ mark, title, text, children }: {
  mark: Mark; title: string; text: string; children?: ComponentChildren;
}) {
  return (
    <div class="say-bar" role={mark === "bad" ? "alert" : "status"}>
      <Sign mark={mark} /><span><b>{title}</b> <span class="q">{text}</span></span><span class="grow" />{children}
    </div>
  );
}

/** What could not be read, what is safe, and the one button. */
export function Failed({ title, text, again }: { title: string; text: string; again: () => void }) {
  return (
    <div class="void" role="alert">
      <p><Say mark="bad">{title}</Say></p><p class="q">{text}</p>
      <Button act={again}>Try now</Button>
    </div>
  );
}

/** Still grey bars in the place of what will come; hidden for the first 200 ms by the style sheet. */
export function Ghosts({ lines }: { lines: number }) {
  return (
    <div class="ghosts" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => <div key={at} class={at % 3 === 2 ? "ghost short" : "ghost"} />)}
    </div>
  );
}
