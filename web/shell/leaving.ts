// What must be done before a page is left for something that calls: the reading page saves its draft here.
type Saver = () => Promise<boolean>;
let saver: Saver | null = null;

/** `save` is asked before the page is left; returns how to stop. False keeps the person where they are. */
export function beforeLeaving(save: Saver): () => void {
  saver = save;
  return () => { if (saver === save) saver = null; };
}

/** Saves what is unsaved; false when the page must not be left yet. */
export function mayLeave(): Promise<boolean> { return saver ? saver() : Promise.resolve(true); }
