// The links that operators hand over: the first password, and a new one. The token is in the address's fragment, which a
// browser does not send.
import { useEffect, useState } from "preact/hooks";
import { errorInfoOf, explain } from "../api/errors";
import { go, pathOf, useRoute } from "../router";
import { Field } from "../ui/parts";
import { say } from "../ui/toast";
import { idOf } from "../lib/names";
import { accounts } from "./account";
import { session } from "./state";

const isGone = (error: unknown) => errorInfoOf(error)?.reason === "LINK_GONE";

export function InvitePage() {
  const first = useRoute() === "invite";
  const [[token = "", handle = ""]] = useState(() => location.hash.slice(1).split("/"));
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState("");
  const [sending, setSending] = useState(false);

  const use = (chosen: string) => (first ? accounts.acceptInvitation : accounts.resetPassword)({ token, password: chosen });
  const [gone, setGone] = useState(false);
  // The link is looked at before the password: without one it is not used up, but an end of it is told.
  useEffect(() => { if (token) use("").catch((reason: unknown) => setGone(isGone(reason))); }, [token]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (password !== again) {
      setError("The two passwords differ.");
      return;
    }
    setSending(true);
    setError("");
    try {
      const { person } = await use(password);
      const known = idOf(person?.name ?? "") || handle;
      session.set({ handle: known });
      say(`Your password is set. Sign in with it, as ${known}.`, "good");
      go(pathOf("queue"), true);
    } catch (reason) {
      if (isGone(reason)) setGone(true);
      else setError(explain(reason));
    } finally {
      setSending(false);
    }
  };

  return (
    <main class="alone">
      <div class="sign-in">
        <img src="/console/assets/icon.svg" alt="" width="48" height="48" />
        <h1>{first ? "Welcome" : "A new password"}</h1>
        {!gone && <p class="muted">{first ? "Choose a password, and you can begin." : "Choose it well: every device is signed out."}</p>}
        {gone && (
          <>
            <p class="notice warn" role="alert">This link does not hold any more: it was used already, or its time is over. Ask for a new one.</p>
            <p class="small"><a href={pathOf("queue")}>Sign in</a>, if you have set your password with it.</p>
          </>
        )}
        {!gone && (token ? (
          <form onSubmit={(event) => void submit(event)}>
            {handle && (
              <Field label="Name" hint="You sign in with it.">
                <input name="username" autocomplete="username" readOnly value={handle} />
              </Field>
            )}
            <Field label="Password" hint="At least 12 characters. A few words are easier to remember than a riddle.">
              <input type="password" autocomplete="new-password" required minLength={12} maxLength={1024} autofocus value={password}
                onInput={(event) => setPassword(event.currentTarget.value)} />
            </Field>
            <Field label="Once more">
              <input type="password" autocomplete="new-password" required value={again} onInput={(event) => setAgain(event.currentTarget.value)} />
            </Field>
            {error && <p class="notice bad" role="alert">{error}</p>}
            <button type="submit" class="button primary wide" disabled={sending}>Set the password</button>
          </form>
        ) : (
          <p class="notice warn">The link is not complete. Copy all of it into the address bar.</p>
        ))}
      </div>
    </main>
  );
}
