// Who may sign in, and what they may do where.
import { useState } from "preact/hooks";
import { Membership_Role, Person_State, type Person } from "@gen/account_pb";
import { explain, violationsOf } from "../api/errors";
import { usePages } from "../lib/load";
import { idOf } from "../lib/names";
import { useStore } from "../lib/store";
import { places, siteLabel } from "../places";
import { pathOf } from "../router";
import { accounts } from "../session/account";
import { session } from "../session/state";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Chip, Empty, Failure, Field, Loading, PageHead, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Secret } from "../ui/secret";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";
import { plainName } from "../lib/text";

// The name is for whoever opens it; the token alone counts.
const linkOf = (route: "invite" | "reset", token: string, handle: string) => `${location.origin}${pathOf(route)}#${token}/${handle}`;
const roleWords = (role: Membership_Role) => (role === Membership_Role.OPERATOR ? "Operator" : "Moderator");
const everywhere = (site: string) => (idOf(site) === "-" ? "every site" : siteLabel(idOf(site)));

function LinkDialog({ title, words, link, onClose }: { title: string; words: string; link: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words} Hand it over yourself, by a way you trust: nothing is sent, and it is shown only now.</p>
      <Secret text={link} label="The link" />
      <div class="form-actions"><button type="button" class="button primary" onClick={onClose}>Done</button></div>
    </Dialog>
  );
}

function SiteAndRole({ site, role, onSite, onRole }: {
  site: string; role: Membership_Role; onSite: (site: string) => void; onRole: (role: Membership_Role) => void;
}) {
  const sites = useStore(places, (value) => value.sites);
  const ofAll = useStore(session, (value) => value.person?.operatorOfAll);
  return (
    <div class="field-pair">
      <Field label="Role">
        <select value={role} onChange={(event) => onRole(Number(event.currentTarget.value))}>
          <option value={Membership_Role.MODERATOR}>Moderator</option>
          <option value={Membership_Role.OPERATOR}>Operator</option>
        </select>
      </Field>
      <Field label="Where">
        <select value={site} onChange={(event) => onSite(event.currentTarget.value)}>
          {ofAll && <option value="-">Every site</option>}
          {sites.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
        </select>
      </Field>
    </div>
  );
}

function InviteDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const first = session.value.person?.operatorOfAll ? "-" : places.value.sites[0]?.id ?? "-";
  const [handle, setHandle] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [site, setSite] = useState(first);
  const [role, setRole] = useState(Membership_Role.MODERATOR);
  const [error, setError] = useState("");
  const [token, setToken] = useState("");
  // Who operates single sites gives names of theirs: those of others are none of his business.
  const prefix = session.value.person?.operatorOfAll ? "" : `${site}.`;
  const whole = prefix + handle;
  if (token) {
    return <LinkDialog title="The invitation" link={linkOf("invite", token, whole)} words="By this link they set their password, within 72 hours." onClose={onClose} />;
  }
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        accounts.invitePerson({ person: { name: `people/${whole}`, displayName, memberships: [{ site: `sites/${site}`, role }] } }).then(
          (answer) => { setToken(answer.token); onMade(); },
          (reason: unknown) => setError(violationsOf(reason).map(({ description }) => description).join(" ") || explain(reason)));
      }}>
        <Field label="Name to sign in with" hint={`2 to 32 of a-z, 0-9, “.”, “_”, “-”. For good: the history names people so.${prefix && ` “${prefix}” comes before it.`}`}>
          <input required autofocus minLength={2} maxLength={Math.max(2, 32 - prefix.length)} pattern="[a-z0-9._\-]+" autocapitalize="none" spellcheck={false} value={handle} onInput={(event) => setHandle(event.currentTarget.value)} />
        </Field>
        <Field label="Name to show" error={error}><input maxLength={100} value={displayName} onInput={(event) => setDisplayName(event.currentTarget.value)} /></Field>
        <SiteAndRole site={site} role={role} onSite={setSite} onRole={setRole} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Make the link</button>
        </div>
      </form>
    </Dialog>
  );
}

function RolesDialog({ person, onClose, onDone }: { person: Person; onClose: () => void; onDone: () => void }) {
  const [memberships, setMemberships] = useState(person.memberships);
  const [site, setSite] = useState(session.value.person?.operatorOfAll ? "-" : places.value.sites[0]?.id ?? "-");
  const [role, setRole] = useState(Membership_Role.MODERATOR);
  const [error, setError] = useState("");
  const update = (membership: { site: string; role: Membership_Role }) =>
    accounts.updateMembership({ name: person.name, membership }).then((answer) => {
      setError("");
      setMemberships(answer.person?.memberships ?? []);
      onDone();
    }, (reason: unknown) => setError(explain(reason)));
  return (
    <Dialog title={`What ${plainName(person.displayName) || idOf(person.name)} may do`} onClose={onClose}>
      <ul class="rows">
        {memberships.map((one) => (
          <li key={one.site}>
            <span><strong>{roleWords(one.role)}</strong> on {everywhere(one.site)}</span>
            <button type="button" class="button small" onClick={() => void update({ site: one.site, role: Membership_Role.UNSPECIFIED })}>Take away</button>
          </li>
        ))}
        {memberships.length === 0 && <li class="muted">Nothing, so far.</li>}
      </ul>
      <form onSubmit={(event) => { event.preventDefault(); void update({ site: `sites/${site}`, role }); }}>
        <h3>Give a role</h3>
        <SiteAndRole site={site} role={role} onSite={setSite} onRole={setRole} />
        {error && <p class="notice bad" role="alert">{error}</p>}
        <p class="muted small">It holds at once. One for every site signs them out.</p>
        <div class="form-actions"><button type="submit" class="button primary">Give it</button></div>
      </form>
    </Dialog>
  );
}

function ResetDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const [clearTotp, setClearTotp] = useState(false);
  const [error, setError] = useState("");
  const [token, setToken] = useState("");
  if (token) return <LinkDialog title="The link" link={linkOf("reset", token, idOf(person.name))} words="By this link they set a new password, within 24 hours." onClose={onClose} />;
  return (
    <Dialog title={`A new password for ${plainName(person.displayName) || idOf(person.name)}`} onClose={onClose}>
      {person.hasTotp && (
        <label class="check">
          <input type="checkbox" checked={clearTotp} onChange={(event) => setClearTotp(event.currentTarget.checked)} />
          Take the second factor away too: the phone is lost, and the recovery codes with it
        </label>
      )}
      <p>Make sure that it is really them who ask.</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <div class="form-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button primary"
          onClick={() => void accounts.createPasswordReset({ name: person.name, clearTotp }).then((answer) => setToken(answer.token), (reason: unknown) => setError(explain(reason)))}>
          Make the link
        </button>
      </div>
    </Dialog>
  );
}

const states: Record<Person_State, [string, "ham" | "hold" | "plain"]> = {
  [Person_State.UNSPECIFIED]: ["", "plain"], [Person_State.INVITED]: ["invited", "hold"],
  [Person_State.ACTIVE]: ["active", "ham"], [Person_State.DEACTIVATED]: ["deactivated", "plain"],
};

function Row({ person, onRoles, onReset, onDone }: { person: Person; onRoles: () => void; onReset: () => void; onDone: () => void }) {
  const [words, tone] = states[person.state];
  const me = useStore(session, (value) => value.person?.name) === person.name;
  const run = (work: Promise<unknown>, done: string) => void work.then(() => { say(done); onDone(); }, (reason: unknown) => say(explain(reason), "bad"));
  const off = person.state === Person_State.DEACTIVATED;
  return (
    <tr class={off ? "over" : ""}>
      <td><strong><Inline text={person.displayName || idOf(person.name)} max={60} /></strong><div class="muted small">{idOf(person.name)}{me && " (you)"}</div></td>
      <td><Chip tone={tone}>{words}</Chip>{person.hasTotp && <span class="tag" title="Signing in takes a code">2nd factor</span>}</td>
      <td>{person.memberships.map((one) => <div key={one.site}>{roleWords(one.role)}, {everywhere(one.site)}</div>)}</td>
      <td class="muted">{person.signInTime ? <Time at={person.signInTime} /> : "never"}</td>
      <td class="acts-cell">
        <button type="button" class="button small" onClick={onRoles}>Roles</button>
        {!off && <button type="button" class="button small" onClick={onReset}>{person.state === Person_State.INVITED ? "New link" : "New password"}</button>}
        {!me && (off
          ? <button type="button" class="button small" onClick={() => run(accounts.reactivatePerson({ name: person.name }), "They may sign in again.")}>Let in again</button>
          : <button type="button" class="button small" onClick={() => run(accounts.deactivatePerson({ name: person.name }), "They are kept out, from now on.")}>Keep out</button>)}
      </td>
    </tr>
  );
}

export function PeoplePage() {
  const { items, error, reload, more } = usePages(async (pageToken) => {
    const answer = await accounts.listPeople({ pageSize: 100, pageToken });
    return { items: answer.people, next: answer.nextPageToken };
  }, []);
  const [opened, setOpened] = useState<{ what: "invite" | "roles" | "reset" | "again"; person?: Person; token?: string }>();
  const close = () => setOpened(undefined);
  const again = (person: Person) => accounts.invitePerson({ person: { name: person.name, displayName: person.displayName, memberships: person.memberships } }).then(
    ({ token }) => setOpened({ what: "again", token, person }), (reason: unknown) => say(explain(reason), "bad"));
  return (
    <>
      <PageHead title="People" actions={<button type="button" class="button primary" onClick={() => setOpened({ what: "invite" })}><Icon name="plus" />Invite</button>}>
        Who may sign in here, and what they may do where. No email addresses are kept: you hand the links over.
      </PageHead>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!items && error === undefined && <Loading what="the people" />}
      {items?.length === 0 && <Empty icon="people" title="Nobody yet"><p>Invite the first moderator.</p></Empty>}
      {items && items.length > 0 && (
        <TableWrap label="People">
          <table>
            <thead><tr><th>Who</th><th>State</th><th>May</th><th>Signed in</th><th><span class="sr">Acts</span></th></tr></thead>
            <tbody>
              {items.map((person) => (
                <Row key={person.name} person={person} onDone={reload} onRoles={() => setOpened({ what: "roles", person })}
                  onReset={() => (person.state === Person_State.INVITED ? void again(person) : setOpened({ what: "reset", person }))} />
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
      {more && <button type="button" class="button more" onClick={() => void more()}>Show more</button>}
      {opened?.what === "invite" && <InviteDialog onClose={close} onMade={reload} />}
      {opened?.what === "roles" && opened.person && <RolesDialog person={opened.person} onClose={close} onDone={reload} />}
      {opened?.what === "reset" && opened.person && <ResetDialog person={opened.person} onClose={close} />}
      {opened?.what === "again" && opened.token && (
        <LinkDialog title="The invitation" link={linkOf("invite", opened.token, idOf(opened.person?.name ?? ""))} words="By this link they set their password, within 72 hours. The link before is dead." onClose={close} />
      )}
    </>
  );
}
