// The native dialog: Escape cancels, focus goes in and comes back, the main button stands right.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { sayNo } from "./api";
import { Button, Say } from "./marks";

export function Dialog({ title, wide = false, close, children }: {
  title: string; wide?: boolean; close: () => void; children: ComponentChildren;
}) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => { if (before instanceof HTMLElement) before.focus(); };
  }, []);
  return (
    <dialog ref={box} class={wide ? "wide" : ""} aria-labelledby="dialog-title" onCancel={(event) => { event.preventDefault(); close(); }}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

export interface Form {
  title: string; wide?: boolean; action: string; cap?: string; off: boolean; close: () => void; act: () => Promise<void>; children: ComponentChildren;
}

/** Fields and one act; what the server says against it is shown in the dialog, and what was filled in stays. */
export function FormDialog({ title, wide = false, action, cap = "Enter", off, close, act, children }: Form) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (off || busy) return;
    setBusy(true);
    try {
      await act();
      setRefusal(null);
    } catch (cause) { setRefusal(sayNo(cause)); }
    setBusy(false);
  };
  return (
    <Dialog title={title} wide={wide} close={close}>
      <form class="fill" onSubmit={(event) => void submit(event)}>
        {children}
        {refusal && <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}
        <div class="ends"><Button act={close} cap="Esc">Cancel</Button>
          <button class="btn main" type="submit" disabled={off || busy}>{action}<kbd aria-hidden="true">{cap}</kbd></button>
        </div>
      </form>
    </Dialog>
  );
}

export interface AskForReason {
  title: string; text: string; label: string; action: string; required: boolean;
  close: () => void; act: (reason: string) => Promise<void>;
}

/** Asks why, then acts. */
export function ReasonDialog({ title, text, label, action, required, close, act }: AskForReason) {
  const [reason, setReason] = useState("");
  const off = required && reason.trim() === "";
  return (
    <FormDialog title={title} action={action} off={off} close={close} act={() => act(reason.trim())}>
      <p class="q">{text}</p>
      <Line label={label} value={reason} required={required} say={setReason} />
    </FormDialog>
  );
}

/** One line of text with its label. */
export function Line({ label, value, required = true, say }: {
  label: string; value: string; required?: boolean; say: (value: string) => void;
}) {
  return (
    <label>{label}
      <input class="in wide" value={value} maxLength={500} autocomplete="off" required={required} onInput={(event) => say(event.currentTarget.value)} />
    </label>
  );
}
