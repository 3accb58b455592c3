// Small parts that many views share.
import { cloneElement, type ComponentChildren, type VNode } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { explain, isAway } from "../api/errors";
import { ago, toDate, when } from "../lib/format";
import { Icon, type IconName } from "./icon";

export function Time({ at, narrow }: { at: Timestamp | undefined; narrow?: boolean }) {
  const date = toDate(at);
  return date ? <time dateTime={date.toISOString()} title={when(at)}>{ago(at, narrow)}</time> : null;
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-icon"><Icon name={icon} /></span>
      <h2>{title}</h2>
      {children && <div class="muted">{children}</div>}
    </div>
  );
}

const kRetryMs = 3_000;

// Where the server cannot be reached, it is tried again by itself.
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const again = retry && isAway(error);
  useEffect(() => {
    if (!again) return;
    const timer = setTimeout(retry, kRetryMs);
    window.addEventListener("online", retry);
    return () => { clearTimeout(timer); window.removeEventListener("online", retry); };
  }, [error]);
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <p>{again ? "The server does not answer at the moment. This page tries again by itself." : explain(error)}</p>
      {retry && <button type="button" class="button small" onClick={retry}>Try again</button>}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>Fetching {what} …</span>
    </div>
  );
}

export function Chip({ tone, children }: { tone: "spam" | "ham" | "hold" | "plain"; children: ComponentChildren }) {
  return <span class={`chip ${tone}`}>{children}</span>;
}

export function PageHead({ title, children, actions }: {
  title: string; children?: ComponentChildren; actions?: ComponentChildren;
}) {
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {children && <p class="muted">{children}</p>}
      </div>
      {actions && <div class="page-actions">{actions}</div>}
    </header>
  );
}

// `children`: one control, which is then described by the hint and the error.
export function Field({ label, hint, error, children }: {
  label: string; hint?: ComponentChildren; error?: string; children: VNode;
}) {
  const id = useId();
  const described = hint || error ? `${id}-more` : undefined;
  return (
    <div class={error ? "field invalid" : "field"}>
      <label class="field-label" for={id}>{label}</label>
      {cloneElement(children, { id, "aria-describedby": described })}
      {described && (
        <div id={described}>
          {hint && <span class="field-hint">{hint}</span>}
          {error && <span class="field-error" role="alert">{error}</span>}
        </div>
      )}
    </div>
  );
}
