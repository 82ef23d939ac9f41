// The native dialog: Escape cancels, focus goes in and comes back, the main button stands right.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { inWords } from "./api";
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

export interface AskForReason {
  title: string; text: string; label: string; action: string; required: boolean;
  close: () => void; act: (reason: string) => Promise<void>;
}

/** Asks why, then acts; what the server says against it is shown in the dialog. */
export function ReasonDialog({ title, text, label, action, required, close, act }: AskForReason) {
  const [reason, setReason] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const missing = required && reason.trim() === "";
  const submit = async (event: Event) => {
    event.preventDefault();
    if (missing || busy) return;
    setBusy(true);
    try { await act(reason.trim()); } catch (cause) {
      const words = inWords(cause);
      setRefusal(`${words.title}. ${words.text}`);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} close={close}>
      <form class="fill" onSubmit={(event) => void submit(event)}>
        <p class="q">{text}</p>
        <label>{label}
          <input class="in wide" value={reason} maxLength={500} autocomplete="off" required={required}
            onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        {refusal && <p role="alert"><Say mark="bad"><span class="wrap">{refusal}</span></Say></p>}
        <div class="ends"><Button act={close} cap="Esc">Cancel</Button>
          <button class="btn main" type="submit" disabled={missing || busy}>{action}<kbd aria-hidden="true">Enter</kbd></button>
        </div>
      </form>
    </Dialog>
  );
}
