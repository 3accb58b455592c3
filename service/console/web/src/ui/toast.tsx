// Short words about what has just happened, read out by screen readers too.
import { Store, useStore } from "../lib/store";
import { Icon } from "./icon";

export interface Toast {
  id: number;
  tone: "info" | "good" | "bad";
  text: string;
  action?: { label: string; run: () => void };
}

const kShownMs = 6_000;
const kBadShownMs = 12_000;
const kToastsMax = 2;

const toasts = new Store<{ list: Toast[] }>({ list: [] });
let nextId = 1;

export function dismiss(id: number): void {
  toasts.set({ list: toasts.value.list.filter((toast) => toast.id !== id) });
}

export function say(text: string, tone: Toast["tone"] = "info", action?: Toast["action"]): void {
  const toast = { id: nextId++, tone, text, action };
  toasts.set({ list: [...toasts.value.list, toast].slice(-kToastsMax) });
  setTimeout(() => dismiss(toast.id), tone === "bad" ? kBadShownMs : kShownMs);
}

export function dismissAll(): void {
  toasts.set({ list: [] });
}

export function Toasts() {
  const list = useStore(toasts, (value) => value.list);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          <Icon name={toast.tone === "bad" ? "warning" : toast.tone === "good" ? "check" : "info"} />
          <span>{toast.text}</span>
          {toast.action && (
            <button type="button" class="link" onClick={() => { dismiss(toast.id); toast.action?.run(); }}>
              {toast.action.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
