// The reasons that moderators may give with a decision: a site's own list, or the built-in one.
import { useEffect, useState } from "preact/hooks";
import { DecisionAction } from "@gen/moderation_pb";
import type { ReasonCode } from "@gen/review_pb";
import { explain } from "../api/errors";
import { moderation } from "../api/moderation";
import { useLoad } from "../lib/load";
import { Icon } from "../ui/icon";
import { Failure, Loading } from "../ui/parts";
import { say } from "../ui/toast";

const kReasonsMax = 50;

interface Draft {
  code: string;
  label: string;
  actions: DecisionAction[];
  shownToAuthor: boolean;
}

const draftOf = ({ code, label, actions, shownToAuthor }: ReasonCode): Draft => ({ code, label, actions: [...actions], shownToAuthor });
const offered: [string, DecisionAction[]][] = [
  ["With every decision", []], ["With spam and trash", [DecisionAction.SPAM, DecisionAction.TRASH]], ["With spam", [DecisionAction.SPAM]],
  ["With trash", [DecisionAction.TRASH]], ["With approval", [DecisionAction.APPROVE]],
];
const keyOf = (actions: readonly DecisionAction[]) => [...actions].sort().join();
// "Off topic!" as "OFF_TOPIC".
const codeOf = (label: string) => label.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^_|_$/g, "").slice(0, 64);

function Line({ draft, fresh, onChange, onRemove }: { draft: Draft; fresh: boolean; onChange: (change: Partial<Draft>) => void; onRemove: () => void }) {
  const known = offered.some(([, actions]) => keyOf(actions) === keyOf(draft.actions));
  return (
    <li class="reason-line">
      <input required maxLength={200} aria-label="Words" placeholder="Off topic" value={draft.label}
        onInput={(event) => onChange({ label: event.currentTarget.value, ...(fresh ? { code: codeOf(event.currentTarget.value) } : {}) })} />
      <input required maxLength={64} pattern="[A-Z0-9_]+" aria-label="Code for the website" placeholder="OFF_TOPIC" class="mono" spellcheck={false} value={draft.code}
        onInput={(event) => onChange({ code: event.currentTarget.value.toUpperCase() })} />
      <select aria-label="When it is offered" value={keyOf(draft.actions)}
        onChange={(event) => onChange({ actions: offered.find(([, actions]) => keyOf(actions) === event.currentTarget.value)?.[1] ?? draft.actions })}>
        {offered.map(([words, actions]) => <option key={words} value={keyOf(actions)}>{words}</option>)}
        {!known && <option value={keyOf(draft.actions)}>As now</option>}
      </select>
      <label class="check"><input type="checkbox" checked={draft.shownToAuthor} onChange={(event) => onChange({ shownToAuthor: event.currentTarget.checked })} />The author may see it</label>
      <button type="button" class="icon-button" aria-label={`Remove ${draft.label || "this reason"}`} onClick={onRemove}><Icon name="trash" /></button>
    </li>
  );
}

export function ReasonCodes({ site }: { site: string }) {
  const { data, error, reload } = useLoad(() => moderation.listReasonCodes({ parent: site }), [site]);
  const [drafts, setDrafts] = useState<Draft[]>([]);
  const [trouble, setTrouble] = useState("");
  const stored = data?.reasonCodes.map(draftOf) ?? [];
  useEffect(() => setDrafts(stored), [data]);
  const changed = JSON.stringify(drafts) !== JSON.stringify(stored);
  const store = (reasonCodes: Draft[], done: string) => {
    setTrouble("");
    moderation.setReasonCodes({ parent: site, reasonCodes }).then(() => { say(done, "good"); reload(); }, (reason: unknown) => setTrouble(explain(reason)));
  };
  return (
    <section class="panel reason-codes" aria-label="Reasons">
      <h2>Reasons</h2>
      <p class="muted">What a moderator may give with a decision{data && !data.own ? "; these are the built-in ones, and apply until you change them" : ""}.</p>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!data && error === undefined && <Loading what="the reasons" />}
      {data && (
        <form onSubmit={(event) => { event.preventDefault(); store(drafts, "The reasons are saved."); }}>
          <ul>
            {drafts.map((draft, at) => (
              <Line key={at} draft={draft} fresh={at >= stored.length} onRemove={() => setDrafts(drafts.filter((_, other) => other !== at))}
                onChange={(change) => setDrafts(drafts.map((one, other) => (other === at ? { ...one, ...change } : one)))} />
            ))}
          </ul>
          {trouble && <p class="notice bad" role="alert">{trouble}</p>}
          <div class="form-actions">
            {data.own && <button type="button" class="button" onClick={() => store([], "The built-in reasons apply again.")}>Back to the built-in ones</button>}
            <button type="button" class="button" disabled={drafts.length >= kReasonsMax} onClick={() => setDrafts([...drafts, { code: "", label: "", actions: [], shownToAuthor: false }])}>
              <Icon name="plus" />Add a reason
            </button>
            <button type="submit" class="button primary" disabled={!changed}>Save the reasons</button>
          </div>
        </form>
      )}
    </section>
  );
}
