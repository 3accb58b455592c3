// A site's own rules: words, domains, networks, authors.
import { useState } from "preact/hooks";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Rule_Action, Rule_Kind, type Rule } from "@gen/rule_pb";
import { explain, violationsOf } from "../api/errors";
import { usePages } from "../lib/load";
import { siteName } from "../lib/names";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Chip, Empty, Failure, Field, Loading, PageHead, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";
import { admin, model } from "./client";
import { ofOneSite } from "./site_needed";
import { BacktestDialog } from "./sites";

const kinds: [Rule_Kind, string, string][] = [
  [Rule_Kind.WORD, "Word", "A whole word or phrase: “cialis” does not match “specialist”."],
  [Rule_Kind.DOMAIN, "Domain", "A host such as example.org, its subdomains included; with a path only links that begin so."],
  [Rule_Kind.CIDR, "Network", "Such as 203.0.113.0/24 or 2001:db8::/32."],
  [Rule_Kind.AUTHOR, "Author", "The 32 digits of an author's id."],
];

const actions: [Rule_Action, string, "spam" | "ham" | "hold" | "plain"][] = [
  [Rule_Action.SPAM, "Spam", "spam"], [Rule_Action.HOLD, "Hold", "hold"], [Rule_Action.APPROVE, "Approve", "ham"],
  [Rule_Action.DISCARD, "Blatant spam", "spam"],
];

const kindWords = (kind: Rule_Kind) => kinds.find(([value]) => value === kind)?.[1] ?? "";
const actionOf = (action: Rule_Action) => actions.find(([value]) => value === action);

const kTried = "Tried, not made."; // a rule needs a reason; trying one does not

interface RuleDraft {
  kind: Rule_Kind;
  pattern: string;
  action: Rule_Action;
  reason: string;
  logOnly: boolean;
  expire: string;
}

function RuleDialog({ site, onClose, onMade }: { site: string; onClose: () => void; onMade: () => void }) {
  const [draft, setDraft] = useState<RuleDraft>({ kind: Rule_Kind.WORD, pattern: "", action: Rule_Action.HOLD, reason: "", logOnly: false, expire: "" });
  const [error, setError] = useState("");
  const [trying, setTrying] = useState(false);
  const set = (change: Partial<RuleDraft>) => setDraft({ ...draft, ...change });
  const rule = {
    kind: draft.kind, pattern: draft.pattern, action: draft.action, reason: draft.reason, logOnly: draft.logOnly,
    expireTime: draft.expire ? timestampFromDate(new Date(`${draft.expire}T00:00:00`)) : undefined,
  };
  if (trying) {
    return (
      <BacktestDialog title={`“${draft.pattern}” on the last 30 days`} onClose={() => setTrying(false)}
        run={() => model.backtest({ parent: siteName(site), days: 30, rule: { ...rule, reason: rule.reason || kTried } }, { timeoutMs: 60_000 })} />
    );
  }
  return (
    <Dialog title="A new rule" onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        admin.createRule({ parent: siteName(site), rule }).then(
          () => { say("The rule is in force within a second.", "good"); onMade(); onClose(); },
          (reason: unknown) => setError(violationsOf(reason).map(({ description }) => description).join(" ") || explain(reason)));
      }}>
        <Field label="What it looks at" hint={kinds.find(([value]) => value === draft.kind)?.[2]}>
          <select value={draft.kind} onChange={(event) => set({ kind: Number(event.currentTarget.value) })}>
            {kinds.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </Field>
        <Field label="What it looks for">
          <input required autofocus maxLength={500} autocapitalize="none" spellcheck={false} value={draft.pattern} onInput={(event) => set({ pattern: event.currentTarget.value })} />
        </Field>
        <Field label="What follows" hint={draft.action === Rule_Action.APPROVE && [Rule_Kind.DOMAIN, Rule_Kind.AUTHOR].includes(draft.kind)
          ? "Counts where the author is vouched for, or, of a domain, where every link leads there." : undefined}>
          <select value={draft.action} onChange={(event) => set({ action: Number(event.currentTarget.value) })}>
            {actions.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </Field>
        <Field label="Why" hint="For the moderators who meet it." error={error}>
          <input required maxLength={500} value={draft.reason} onInput={(event) => set({ reason: event.currentTarget.value })} />
        </Field>
        <Field label="Until" hint="Empty: for good.">
          <input type="date" value={draft.expire} onInput={(event) => set({ expire: event.currentTarget.value })} />
        </Field>
        <label class="check">
          <input type="checkbox" checked={draft.logOnly} onChange={(event) => set({ logOnly: event.currentTarget.checked })} />
          Only note it in the reasons; it decides nothing
        </label>
        <div class="form-actions">
          <button type="button" class="button" disabled={!draft.pattern} onClick={() => setTrying(true)}>Try it</button>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Add</button>
        </div>
      </form>
    </Dialog>
  );
}

function Rules({ site }: { site: string }) {
  const { items, error, reload, more } = usePages(async (pageToken) => {
    const answer = await admin.listRules({ parent: siteName(site), pageSize: 100, pageToken });
    return { items: answer.rules, next: answer.nextPageToken };
  }, [site]);
  const [making, setMaking] = useState(false);
  const remove = (rule: Rule) => admin.deleteRule({ name: rule.name }).then(() => {
    reload();
    say("The rule is gone.", "info", {
      label: "Undo",
      run: () => void admin.createRule({ parent: siteName(site), rule: { ...rule } }).then(reload, (reason: unknown) => say(explain(reason), "bad")),
    });
  }, (reason: unknown) => say(explain(reason), "bad"));
  return (
    <>
      <PageHead title="Rules" actions={<button type="button" class="button primary" onClick={() => setMaking(true)}><Icon name="plus" />New rule</button>}>
        What always holds on this site, whatever the classifier says. Spam and hold go before approve.
      </PageHead>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!items && error === undefined && <Loading what="the rules" />}
      {items?.length === 0 && <Empty icon="rule" title="No rules"><p>Most sites need few: the classifier learns from your decisions.</p></Empty>}
      {items && items.length > 0 && (
        <TableWrap label="Rules">
          <table>
            <thead><tr><th>Looks at</th><th>Looks for</th><th>What follows</th><th>Why</th><th>Made</th><th><span class="sr">Acts</span></th></tr></thead>
            <tbody>
              {items.map((rule) => {
                const action = actionOf(rule.action);
                return (
                  <tr key={rule.name}>
                    <td>{kindWords(rule.kind)}</td>
                    <td><code><Inline text={rule.pattern} max={80} /></code></td>
                    <td><Chip tone={action?.[2] ?? "plain"}>{action?.[1]}</Chip>{rule.logOnly && <span class="tag">only noted</span>}</td>
                    <td><Inline text={rule.reason} max={200} /></td>
                    <td class="muted"><Time at={rule.createTime} />{rule.expireTime && <>, until <Time at={rule.expireTime} /></>}</td>
                    <td class="acts-cell"><button type="button" class="button small" onClick={() => void remove(rule)}>Remove</button></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </TableWrap>
      )}
      {more && <button type="button" class="button more" onClick={() => void more()}>Show more</button>}
      {making && <RuleDialog site={site} onClose={() => setMaking(false)} onMade={reload} />}
    </>
  );
}

export const RulesPage = ofOneSite(Rules, "Rules");
