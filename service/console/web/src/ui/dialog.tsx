// A modal dialog: the browser's own, which keeps the focus inside and gives it back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon";

interface Props {
  title: string;
  onClose?: () => void; // absent: it cannot be closed from inside
  wide?: boolean;
  typed?: boolean; // what would be lost: whoever leaves by a slip is asked first
  children: ComponentChildren;
}

export function Dialog({ title, onClose, wide, typed, children }: Props) {
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const before = useRef<Element | null>(null);
  // By Escape, or beside it. What was asked is answered by its buttons; Escape again means: stay.
  const leave = () => {
    if (asking) stay();
    else if (typed) {
      before.current = document.activeElement;
      setAsking(true);
    } else onClose?.();
  };
  const stay = () => {
    setAsking(false);
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  useLayoutEffect(() => { if (asking) keep.current?.focus(); }, [asking]);
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
      onCancel={(event) => { event.preventDefault(); leave(); }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.isComposing) {
          event.preventDefault(); // a browser lets it be refused but once
          leave();
        }
        // From within a text of several lines, where Enter begins a new one.
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return;
        event.preventDefault();
        event.target.form?.requestSubmit();
      }}
      onClick={(event) => { if (event.target === ref.current) leave(); }}>
      <div class="dialog-body">
        <header>
          <h2 id={id} ref={heading} tabIndex={-1}>{title}</h2>
          {onClose && (
            <button type="button" class="icon-button" aria-label="Close" onClick={leave}><Icon name="close" /></button>
          )}
        </header>
        {asking && (
          <div class="notice warn" role="alertdialog" aria-label="Throw away what you typed?">
            <p>Throw away what you typed?</p>
            <button type="button" class="button small" ref={keep} onClick={stay}>Keep it</button>
            <button type="button" class="button small danger" onClick={onClose}>Throw it away</button>
          </div>
        )}
        {children}
      </div>
    </dialog>
  );
}
