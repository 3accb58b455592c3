// A modal dialog: the browser's own, which keeps the focus inside and gives it back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon";

interface Props {
  title: string;
  onClose?: () => void; // absent: it cannot be closed from inside
  wide?: boolean;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, wide, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    // The browser would choose the first button, which closes: Enter, out of habit, must do nothing unforeseen.
    if (!dialog?.contains(document.querySelector("dialog[open] [autofocus]"))) heading.current?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} class={wide ? "dialog wide" : "dialog"} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose?.(); }}
      onKeyDown={(event) => {
        // From within a text of several lines, where Enter begins a new one.
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return;
        event.preventDefault();
        event.target.form?.requestSubmit();
      }}
      onClick={(event) => { if (event.target === ref.current) onClose?.(); }}>
      <div class="dialog-body">
        <header>
          <h2 id={id} ref={heading} tabIndex={-1}>{title}</h2>
          {onClose && (
            <button type="button" class="icon-button" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
