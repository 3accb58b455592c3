// Keys for websites and programs. People sign in instead.
import { useState } from "preact/hooks";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { ApiKey_Role, type ApiKey } from "@gen/api_key_pb";
import { explain } from "../api/errors";
import { usePages } from "../lib/load";
import { idOf, siteName } from "../lib/names";
import { useStore } from "../lib/store";
import { places, siteLabel } from "../places";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Chip, Empty, Failure, Field, Loading, PageHead, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Secret } from "../ui/secret";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";
import { admin } from "./client";

const roles: [ApiKey_Role, string, string][] = [
  [ApiKey_Role.BACKEND, "Website", "Submits comments and hears of decisions, on one site."],
  [ApiKey_Role.MODERATOR, "Moderator", "Works the queue."],
  [ApiKey_Role.OPERATOR, "Operator", "May do everything."],
];

function KeyDialog({ site, onClose, onMade }: { site: string; onClose: () => void; onMade: () => void }) {
  const sites = useStore(places, (value) => value.sites);
  const [displayName, setDisplayName] = useState("");
  const [role, setRole] = useState(ApiKey_Role.BACKEND);
  const [of, setOf] = useState(site || sites[0]?.id || "");
  const [expire, setExpire] = useState("");
  const [error, setError] = useState("");
  const [secret, setSecret] = useState("");
  if (secret) {
    return (
      <Dialog title="The key" onClose={onClose}>
        <p>It is shown only now. Whoever has it may do what it may.</p>
        <Secret text={secret} label="The key" />
        <div class="form-actions"><button type="button" class="button primary" onClick={onClose}>I have kept it</button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title="A new key" onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        admin.createApiKey({
          apiKey: {
            displayName, role, site: of ? siteName(of) : "",
            expireTime: expire ? timestampFromDate(new Date(`${expire}T00:00:00`)) : undefined,
          },
        }).then((answer) => { setSecret(answer.secret); onMade(); }, (reason: unknown) => setError(explain(reason)));
      }}>
        <Field label="Name" hint="Who or what uses it; it stands in the history."><input required autofocus maxLength={100} value={displayName} onInput={(event) => setDisplayName(event.currentTarget.value)} /></Field>
        <Field label="Role" hint={roles.find(([value]) => value === role)?.[2]}>
          <select value={role} onChange={(event) => setRole(Number(event.currentTarget.value))}>
            {roles.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </Field>
        <Field label="Site">
          <select value={of} onChange={(event) => setOf(event.currentTarget.value)}>
            {role !== ApiKey_Role.BACKEND && <option value="">Every site</option>}
            {sites.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
          </select>
        </Field>
        <Field label="Until" hint="Empty: for good." error={error}><input type="date" value={expire} onInput={(event) => setExpire(event.currentTarget.value)} /></Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Make it</button>
        </div>
      </form>
    </Dialog>
  );
}

function RevokeDialog({ apiKey, onClose, onDone }: { apiKey: ApiKey; onClose: () => void; onDone: () => void }) {
  const [error, setError] = useState("");
  return (
    <Dialog title="Revoke this key?" onClose={onClose}>
      <p>“<Inline text={apiKey.displayName} max={100} />” is refused by every server within a second, for good.</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <div class="form-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button danger"
          onClick={() => void admin.revokeApiKey({ name: apiKey.name }).then(() => { say("Revoked."); onDone(); onClose(); }, (reason: unknown) => setError(explain(reason)))}>
          Revoke
        </button>
      </div>
    </Dialog>
  );
}

export function KeysPage({ site }: { site: string }) {
  const { items, error, reload, more } = usePages(async (pageToken) => {
    const answer = await admin.listApiKeys({ site: site ? siteName(site) : "", pageSize: 100, pageToken });
    return { items: answer.apiKeys, next: answer.nextPageToken };
  }, [site]);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  return (
    <>
      <PageHead title="Keys" actions={<button type="button" class="button primary" onClick={() => setMaking(true)}><Icon name="plus" />New key</button>}>
        For websites and programs. People sign in with a password of their own. When a key was last used is known to some minutes.
      </PageHead>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!items && error === undefined && <Loading what="the keys" />}
      {items?.length === 0 && <Empty icon="key" title="No keys"><p>A website needs one to submit comments.</p></Empty>}
      {items && items.length > 0 && (
        <TableWrap label="Keys">
          <table>
            <thead><tr><th>Name</th><th>Id</th><th>Role</th><th>Site</th><th>Made</th><th>Last used</th><th><span class="sr">Acts</span></th></tr></thead>
            <tbody>
              {items.map((key) => (
                <tr key={key.name} class={key.revokeTime ? "over" : ""}>
                  <td><strong><Inline text={key.displayName} max={60} /></strong></td>
                  <td><code>{idOf(key.name)}</code></td>
                  <td><Chip tone="plain">{roles.find(([value]) => value === key.role)?.[1]}</Chip></td>
                  <td>{key.site ? siteLabel(idOf(key.site)) : "every site"}</td>
                  <td class="muted"><Time at={key.createTime} />{key.expireTime && <>, until <Time at={key.expireTime} /></>}</td>
                  <td class="muted">{key.lastUseTime ? <Time at={key.lastUseTime} /> : "never"}</td>
                  <td class="acts-cell">
                    {key.revokeTime ? <span class="muted">revoked <Time at={key.revokeTime} /></span>
                      : <button type="button" class="button small" onClick={() => setRevoking(key)}>Revoke</button>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
      {more && <button type="button" class="button more" onClick={() => void more()}>Show more</button>}
      {making && <KeyDialog site={site} onClose={() => setMaking(false)} onMade={reload} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} onDone={reload} />}
    </>
  );
}
