// Signing in: handle and password, then a code where the account wants one. As a page, and as a dialog over a view whose
// session has ended.
import { useEffect, useRef, useState } from "preact/hooks";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorInfoOf, explain } from "../api/errors";
import { idOf } from "../lib/names";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/parts";
import { signIn } from "./account";
import { session, startAfresh } from "./state";

function words(error: unknown, codeAsked: boolean): string {
  switch (ConnectError.from(error).code) {
    case Code.Unauthenticated:
      return codeAsked ? "That code is not right, or was used already. Codes change every 30 seconds."
        : "Name and password do not belong together.";
    case Code.ResourceExhausted:
      return "Too many attempts. Wait a few minutes, then try again.";
    case Code.FailedPrecondition:
      return "Signing in takes an encrypted connection: open this page by https.";
    default:
      return explain(error);
  }
}

export function SignInForm({ handle: known, onDone }: { handle?: string; onDone?: () => void }) {
  const [handle, setHandle] = useState(known ?? session.value.handle ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [codeAsked, setCodeAsked] = useState(false);
  const [error, setError] = useState("");
  const [sending, setSending] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  useEffect(() => { if (codeAsked) codeField.current?.focus(); }, [codeAsked]);

  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setError("");
    try {
      await signIn(handle.trim(), password, code);
      onDone?.();
    } catch (reason) {
      const info = errorInfoOf(reason)?.reason;
      if (info === "CODE_REQUIRED" && !codeAsked) setCodeAsked(true);
      else setError(words(reason, info === "CODE_WRONG"));
      setCode("");
    } finally {
      setSending(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      {!codeAsked && (
        <>
          <Field label="Name">
            <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus={!handle}
              readOnly={Boolean(known)} maxLength={32} value={handle} onInput={(event) => setHandle(event.currentTarget.value)} />
          </Field>
          <Field label="Password">
            <input name="password" type="password" autocomplete="current-password" required autofocus={Boolean(handle)} maxLength={1024}
              value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
          </Field>
        </>
      )}
      {codeAsked && (
        <Field label="Code" hint="The six digits of your app, or one of your recovery codes.">
          <input ref={codeField} name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck={false} required
            maxLength={64} value={code} onInput={(event) => setCode(event.currentTarget.value)} />
        </Field>
      )}
      {error && <p class="notice bad" role="alert">{error}</p>}
      <button type="submit" class="button primary wide" disabled={sending}>{sending ? "One moment …" : "Sign in"}</button>
    </form>
  );
}

export function SignInPage() {
  return (
    <main class="alone">
      <div class="sign-in">
        <img src="/console/assets/icon.svg" alt="" width="48" height="48" />
        <h1>Sign in to replyguard</h1>
        <p class="muted">The queue of comments that wait for you.</p>
        <SignInForm />
        <p class="muted small">No password yet, or forgotten? An operator gives you a link.</p>
      </div>
    </main>
  );
}

export function ExpiredDialog() {
  const handle = idOf(session.value.person?.name ?? "");
  return (
    <Dialog title="Your session has ended">
      <p class="dialog-lead">Sign in again to go on. What you were doing is still here, and what you decided is sent then.</p>
      <SignInForm handle={handle} />
      <button type="button" class="link small" onClick={startAfresh}>Sign in as somebody else</button>
    </Dialog>
  );
}
