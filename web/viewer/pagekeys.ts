// The keys of the reading page: those that move the field, and those that act on the case.
import type { Key } from "../shell/keys";
import { go } from "../shell/router";
import { steps } from "./magnification";
import { chooseBeside, save, slide } from "./reading";
import { field } from "./stage";

export function fieldKeys(): Key[] {
  const zoomAt = (at: number) => () => {
    const step = steps(slide.value?.scan?.microns_per_pixel ?? null)[at];
    if (step) field.now?.zoomTo(step.zoom);
  };
  const pan = (across: number, down: number, letter: string, arrow: string, says: string | null): Key[] => [
    { on: [letter, arrow], cap: letter.toUpperCase(), says, act: () => field.now?.pan(across, down) },
    { on: [`shift+${arrow}`], says: null, act: () => field.now?.pan(across, down, true) },
  ];
  return [
    ...pan(0, -1, "w", "arrowup", "Move up 80 % of a field"), ...pan(-1, 0, "a", "arrowleft", "Move left"),
    ...pan(0, 1, "s", "arrowdown", "Move down"), ...pan(1, 0, "d", "arrowright", "Move right (arrows too)"),
    { on: ["+", "="], says: "Zoom in", act: () => field.now?.zoomBy(1) },
    { on: ["-", "−", "_"], cap: "−", says: "Zoom out", act: () => field.now?.zoomBy(-1) },
    { on: ["1"], cap: "1 to 6", says: "1.25 2.5 5 10 20 40×", act: zoomAt(0) },
    ...[2, 3, 4, 5, 6].map((n): Key => ({ on: [String(n)], says: null, act: zoomAt(n - 1) })),
    { on: ["f", "0"], says: "Fit the whole slide", act: () => field.now?.fit() },
    { on: ["r"], says: "Rotate by 90°", act: () => field.now?.rotate() },
    { on: ["y"], says: "Mirror", act: () => field.now?.mirror() },
  ];
}

export interface CaseActs { sign: () => void; claim: () => void; next: () => void; work: () => void; handOver: () => void }

export function caseKeys(acts: CaseActs, plates: () => void): Key[] {
  return [
    { on: ["["], says: "Earlier slide", act: () => chooseBeside(-1) },
    { on: ["]"], says: "Next slide", act: () => chooseBeside(1) },
    { on: ["b"], says: "Show or hide overview and label", act: plates },
    { on: ["c"], says: "Claim this case", act: acts.claim },
    { on: ["e"], says: "Order extra work", act: acts.work },
    { on: ["h"], says: "Hand over this case", act: acts.handOver },
    { on: ["ctrl+s"], cap: "Ctrl S", says: "Save the draft now", act: () => void save() },
    { on: ["ctrl+enter"], cap: "Ctrl Enter", says: "Review and sign out", act: acts.sign },
    { on: ["n"], says: "Next case, after sign-out, release or hand over", act: acts.next },
    { on: ["escape"], cap: "Esc", says: "Back to the worklist", act: () => go("/") },
  ];
}
