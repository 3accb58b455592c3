// One's own account: password, second factor, where one is signed in.
import { useEffect, useState } from "preact/hooks";
import type { Person, Session } from "@gen/account_pb";
import { explain } from "../api/errors";
import { plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { Dialog } from "../ui/dialog";
import { Failure, Field, Loading, PageHead, Time } from "../ui/parts";
import { describeClient } from "../lib/client";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";
import { accounts } from "./account";
import { startAfresh } from "./state";
import { plainName } from "../lib/text";

function PasswordForm() {
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const [error, setError] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    setError("");
    try {
      await accounts.changePassword({ presentPassword: present, newPassword: next });
      setPresent("");
      setNext("");
      say("The new password is set. Your other devices are signed out.", "good");
    } catch (reason) {
      setError(explain(reason));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <div class="field-pair">
        <Field label="Present password">
          <input type="password" autocomplete="current-password" required value={present} onInput={(event) => setPresent(event.currentTarget.value)} />
        </Field>
        <Field label="New password" hint="At least 12 characters." error={error}>
          <input type="password" autocomplete="new-password" required minLength={12} value={next} onInput={(event) => setNext(event.currentTarget.value)} />
        </Field>
      </div>
      <div class="form-actions"><button type="submit" class="button primary">Change the password</button></div>
    </form>
  );
}

// Asks for the password before `run`, as each of these acts wants it.
function PasswordDialog({ title, button, run, onClose }: {
  title: string; button: string; run: (password: string) => Promise<void>; onClose: () => void;
}) {
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        run(password).catch((reason: unknown) => setError(explain(reason)));
      }}>
        <Field label="Your password" error={error}>
          <input type="password" autocomplete="current-password" required autofocus value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">{button}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog title="Your recovery codes" onClose={onClose}>
      <p>Each is good for one sign-in without the app. They are shown only now: print them, or keep them in a safe place.</p>
      <ul class="codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => void navigator.clipboard?.writeText(codes.join("\n")).then(() => say("Copied."))}>Copy</button>
        <button type="button" class="button primary" onClick={onClose}>I have kept them</button>
      </div>
    </Dialog>
  );
}

function Square({ uri }: { uri: string }) {
  const [path, setPath] = useState<{ d: string; size: number }>();
  useEffect(() => {
    void import("uqr").then(({ encode }) => {
      const { data, size } = encode(uri, { border: 3 });
      const d = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
      setPath({ d, size });
    });
  }, [uri]);
  return path ? (
    <svg class="qr" viewBox={`0 0 ${path.size} ${path.size}`} role="img" aria-label="The secret as a QR code">
      <rect width="100%" height="100%" fill="#fff" /><path d={path.d} fill="#000" />
    </svg>
  ) : null;
}

function TotpDialog({ secret, uri, onClose, onCodes }: {
  secret: string; uri: string; onClose: () => void; onCodes: (codes: string[]) => void;
}) {
  const [code, setCode] = useState("");
  const [error, setError] = useState("");
  return (
    <Dialog title="Connect your app" onClose={onClose}>
      <p>Scan this with an authenticator app, or type <code class="secret">{secret.replace(/(.{4})/g, "$1 ")}</code> into it.</p>
      <Square uri={uri} />
      <form onSubmit={(event) => {
        event.preventDefault();
        accounts.confirmTotp({ code }).then(({ recoveryCodes }) => onCodes(recoveryCodes), (reason: unknown) => setError(explain(reason)));
      }}>
        <Field label="The six digits it shows now" error={error}>
          <input required autofocus inputMode="numeric" autocomplete="one-time-code" maxLength={8} value={code} onInput={(event) => setCode(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Turn it on</button>
        </div>
      </form>
    </Dialog>
  );
}

type Asking = "start" | "disable" | "codes" | "";

function SecondFactor({ person, reload }: { person: Person; reload: () => void }) {
  const [asking, setAsking] = useState<Asking>("");
  const [started, setStarted] = useState<{ secret: string; uri: string }>();
  const [codes, setCodes] = useState<readonly string[]>();
  const closeCodes = () => { setCodes(undefined); reload(); };
  return (
    <section class="panel">
      <h2>Second factor</h2>
      {person.hasTotp ? (
        <>
          <p>On: signing in takes a code of your app. {plural(person.recoveryCodeCount, "recovery code is", "recovery codes are")} left.</p>
          <div class="form-actions">
            <button type="button" class="button" onClick={() => setAsking("codes")}>New recovery codes</button>
            <button type="button" class="button danger" onClick={() => setAsking("disable")}>Turn it off</button>
          </div>
        </>
      ) : (
        <>
          <p>Off. With it a stolen password alone opens nothing.</p>
          <div class="form-actions"><button type="button" class="button primary" onClick={() => setAsking("start")}>Turn it on</button></div>
        </>
      )}
      {asking === "start" && (
        <PasswordDialog title="Turn on the second factor" button="Go on" onClose={() => setAsking("")}
          run={async (password) => { setStarted(await accounts.startTotp({ password })); setAsking(""); }} />
      )}
      {asking === "disable" && (
        <PasswordDialog title="Turn off the second factor" button="Turn it off" onClose={() => setAsking("")}
          run={async (password) => { await accounts.disableTotp({ password }); setAsking(""); say("The second factor is off."); reload(); }} />
      )}
      {asking === "codes" && (
        <PasswordDialog title="New recovery codes" button="Make them" onClose={() => setAsking("")}
          run={async (password) => { setCodes((await accounts.regenerateRecoveryCodes({ password })).recoveryCodes); setAsking(""); }} />
      )}
      {started && (
        <TotpDialog {...started} onClose={() => setStarted(undefined)} onCodes={(made) => { setStarted(undefined); setCodes(made); }} />
      )}
      {codes && <Codes codes={codes} onClose={closeCodes} />}
    </section>
  );
}

function Sessions({ sessions }: { sessions: readonly Session[] }) {
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Where you are signed in</h2>
        <button type="button" class="button small danger"
          onClick={() => void accounts.signOutEverywhere({}).then(startAfresh, (reason: unknown) => say(explain(reason), "bad"))}>
          Sign out everywhere
        </button>
      </div>
      <ul class="rows">
        {sessions.map((one) => (
          <li key={one.name}>
            <span title={one.client}><Inline text={describeClient(one.client)} max={60} />{one.current && <span class="tag">this one</span>}</span>
            <span class="muted small">used <Time at={one.seenTime} />, signed in <Time at={one.createTime} /></span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function AccountPage() {
  const { data, error, reload } = useLoad(async () => {
    const [{ person }, { sessions }] = await Promise.all([accounts.getSession({}), accounts.listSessions({})]);
    return { person, sessions };
  }, []);
  if (error) return <Failure error={error} retry={reload} />;
  if (!data?.person) return <Loading what="your account" />;
  return (
    <>
      <PageHead title={plainName(data.person.displayName) || "Your account"}>Your password, your second factor, your devices.</PageHead>
      <div class="stack">
        <section class="panel"><h2>Password</h2><PasswordForm /></section>
        <SecondFactor person={data.person} reload={reload} />
        <Sessions sessions={data.sessions} />
      </div>
    </>
  );
}
