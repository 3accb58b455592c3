// Sites, and how each judges its comments; a change is shown against past comments before it is kept.
import { useEffect, useState } from "preact/hooks";
import { BacktestLabel, type BacktestKind, type BacktestResponse, type BacktestTally } from "@gen/backtest_pb";
import type { Site } from "@gen/site_pb";
import { explain, violationsOf } from "../api/errors";
import { count, plural, when } from "../lib/format";
import { useLoad } from "../lib/load";
import { idOf, siteName } from "../lib/names";
import { useStore } from "../lib/store";
import { places } from "../places";
import { VerdictChip } from "../queue/evidence";
import { commentPath } from "../router";
import { session } from "../session/state";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Empty, Failure, Field, Loading, PageHead } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { ReasonCodes } from "./reason_codes";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";
import { admin, listSites, model } from "./client";
import { emptyPolicy, PolicyForm, type Draft } from "./policy_form";
import { plainName } from "../lib/text";

const kBacktestMs = 60_000;

const labels: Record<BacktestLabel, string> = {
  [BacktestLabel.UNSPECIFIED]: "", [BacktestLabel.GOOD]: "good", [BacktestLabel.SPAM]: "spam", [BacktestLabel.UNDECIDED]: "nothing",
};

const draftOf = (site: Site): Draft => ({
  displayName: site.displayName, languages: site.languages.join(", "), sharedLearning: site.sharedLearning ?? true,
  policy: site.policy ?? emptyPolicy(),
});

function Tally({ label, before, after }: { label: string; before?: BacktestTally; after?: BacktestTally }) {
  const cell = (was: bigint | undefined, is: bigint | undefined) => (
    <td class="number">{was === is ? count(is ?? 0n) : <span><span class="muted">{count(was ?? 0n)} → </span><strong>{count(is ?? 0n)}</strong></span>}</td>
  );
  return (
    <tr>
      <th scope="row">{label}</th>
      {cell(before?.approveCount, after?.approveCount)}{cell(before?.holdCount, after?.holdCount)}{cell(before?.spamCount, after?.spamCount)}
    </tr>
  );
}

const kExamplesOfAKind = 5;

// Kinds that what is tried changes, whatever was said of the comments when they came.
function changedKinds(kinds: readonly BacktestKind[]): Pick<BacktestKind, "label" | "presentVerdict" | "verdict" | "count" | "examples">[] {
  const changed = new Map<string, ReturnType<typeof changedKinds>[number]>();
  for (const { label, presentVerdict, verdict, count, examples } of kinds) {
    if (presentVerdict === verdict) continue;
    const key = `${label} ${presentVerdict} ${verdict}`;
    const known = changed.get(key);
    changed.set(key, { label, presentVerdict, verdict, count: count + (known?.count ?? 0n), examples: [...(known?.examples ?? []), ...examples] });
  }
  return [...changed.values()];
}

function Examples({ kinds }: { kinds: readonly BacktestKind[] }) {
  const changed = changedKinds(kinds);
  if (!changed.length) return null;
  return (
    <TableWrap label="Examples">
      <table>
        <thead><tr><th>Now</th><th>Would be</th><th>People said</th><th>Such as</th></tr></thead>
        <tbody>
          {changed.map((kind) => (
            <tr key={`${kind.label} ${kind.presentVerdict} ${kind.verdict}`}>
              <td><VerdictChip verdict={kind.presentVerdict} /></td>
              <td><VerdictChip verdict={kind.verdict} /><div class="muted small">{plural(kind.count, "comment", "comments")}</div></td>
              <td>{labels[kind.label]}</td>
              <td class="wide-cell">
                <ul class="examples">
                  {kind.examples.slice(0, kExamplesOfAKind).map(({ comment, excerpt }) => (
                    <li key={comment}><a href={commentPath(comment)} target="_blank"><Inline text={excerpt} max={120} /></a></li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableWrap>
  );
}

function PreviewResult({ result }: { result: BacktestResponse }) {
  return (
    <div class="stack">
      <p>
        Of {plural(result.commentCount, "comment", "comments")}
        {result.fromTime && ` since ${when(result.fromTime)}`},{" "}
        <strong>{count(result.effectCount)} would be judged otherwise</strong> than by what holds now.
        {result.ruleHits && ` The rule matches ${count(result.ruleHits.hitCount)}: people approved ${count(result.ruleHits.goodCount)} of these and called ${count(result.ruleHits.spamCount)} spam.`}
      </p>
      <TableWrap label="Verdicts before and after">
        <table>
          <thead><tr><th>People said</th><th>Approved</th><th>Held</th><th>Spam</th></tr></thead>
          <tbody>
            <Tally label="good" before={result.present?.good} after={result.tested?.good} />
            <Tally label="spam" before={result.present?.spam} after={result.tested?.spam} />
            <Tally label="nothing" before={result.present?.undecided} after={result.tested?.undecided} />
          </tbody>
        </table>
      </TableWrap>
      <Examples kinds={result.kinds} />
    </div>
  );
}

export function BacktestDialog({ title, run, onClose }: { title: string; run: () => Promise<BacktestResponse>; onClose: () => void }) {
  const { data, error, reload } = useLoad(run, [title]);
  return (
    <Dialog title={title} onClose={onClose} wide>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!data && error === undefined && <Loading what="what would have been" />}
      {data && <PreviewResult result={data} />}
      <div class="form-actions"><button type="button" class="button primary" onClick={onClose}>Close</button></div>
    </Dialog>
  );
}

function SiteForm({ site, onSaved }: { site: Site; onSaved: (site: Site) => void }) {
  const [draft, setDraft] = useState(() => draftOf(site));
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [failure, setFailure] = useState("");
  const [preview, setPreview] = useState(false);
  const [saving, setSaving] = useState(false);
  const changed = JSON.stringify(draft, bigints) !== JSON.stringify(draftOf(site), bigints);
  const save = async (event: Event) => {
    event.preventDefault();
    setSaving(true);
    setErrors(new Map());
    setFailure("");
    try {
      const answer = await admin.updateSite({
        site: {
          name: site.name, displayName: draft.displayName, etag: site.etag, sharedLearning: draft.sharedLearning, policy: draft.policy,
          languages: draft.languages.split(/[\s,]+/).filter(Boolean),
        },
      });
      say("Saved. Every server judges by it within a second.", "good");
      if (answer.site) onSaved(answer.site);
    } catch (reason) {
      setErrors(new Map(violationsOf(reason).map(({ field, description }) => [field, description])));
      setFailure(explain(reason));
    } finally {
      setSaving(false);
    }
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <PolicyForm draft={draft} onChange={setDraft} errors={errors} />
      {failure && <p class="notice bad" role="alert"><Icon name="warning" />{failure}</p>}
      <div class={changed ? "form-actions sticky" : "form-actions"}>
        <span class="muted">{changed ? "Not saved yet." : `Revision ${String(site.policy?.revision ?? 0n)}`}</span>
        <button type="button" class="button" onClick={() => setPreview(true)}>Try on the last week</button>
        <button type="submit" class="button primary" disabled={!changed || saving}>Save</button>
      </div>
      {preview && (
        <BacktestDialog title="This policy on the last week's comments" onClose={() => setPreview(false)}
          run={() => model.backtest({ parent: site.name, days: 7, policy: draft.policy }, { timeoutMs: kBacktestMs })} />
      )}
    </form>
  );
}

const bigints = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

function NewSite({ onClose, onMade }: { onClose: () => void; onMade: (site: Site) => void }) {
  const [id, setId] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [error, setError] = useState("");
  return (
    <Dialog title="A new site" onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        admin.createSite({ siteId: id, site: { displayName } }).then(
          ({ site }) => { if (site) onMade(site); }, (reason: unknown) => setError(explain(reason)));
      }}>
        <Field label="Name" hint="For people."><input required autofocus maxLength={200} value={displayName} onInput={(event) => setDisplayName(event.currentTarget.value)} /></Field>
        <Field label="Key" hint="a-z, 0-9 and -, at most 40. For good: it is part of every name." error={error}>
          <input required maxLength={40} pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?" autocapitalize="none" spellcheck={false} value={id} onInput={(event) => setId(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Create</button>
        </div>
      </form>
    </Dialog>
  );
}

export function SitesPage({ site }: { site: string }) {
  const { data, error, reload } = useLoad(listSites, []);
  const ofAll = useStore(session, (value) => value.person?.operatorOfAll);
  const [chosen, setChosen] = useState(site);
  const [making, setMaking] = useState(false);
  useEffect(() => setChosen(site), [site]);
  const shown = data?.find(({ name }) => name === siteName(chosen)) ?? (data?.length === 1 ? data[0] : undefined);
  return (
    <>
      <PageHead title="Sites" actions={ofAll && <button type="button" class="button" onClick={() => setMaking(true)}><Icon name="plus" />New site</button>}>
        How each site judges its comments. Try a change on past comments before you save it.
      </PageHead>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!data && error === undefined && <Loading what="the sites" />}
      {data?.length === 0 && <Empty icon="site" title="No site yet"><p>Create the first one, then give its website a key.</p></Empty>}
      {data && data.length > 1 && (
        <ul class="site-list" aria-label="Sites">
          {data.map((one) => (
            <li key={one.name}>
              <button type="button" aria-pressed={one.name === shown?.name} onClick={() => setChosen(idOf(one.name))}>
                <strong><Inline text={one.displayName} /></strong><span class="muted">{idOf(one.name)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown && <SiteForm key={shown.name + shown.etag} site={shown} onSaved={reload} />}
      {shown && <ReasonCodes key={shown.name} site={shown.name} />}
      {data && data.length > 1 && !shown && <Empty icon="site" title="Choose a site"><p>Its policy is shown here.</p></Empty>}
      {making && (
        <NewSite onClose={() => setMaking(false)} onMade={(made) => {
          setMaking(false);
          setChosen(idOf(made.name));
          places.set({ sites: [...places.value.sites, { id: idOf(made.name), displayName: plainName(made.displayName) }] });
          reload();
        }} />
      )}
    </>
  );
}
