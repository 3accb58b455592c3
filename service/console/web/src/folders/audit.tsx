// What people did: decisions about comments, decisions about many, and, for operators, everything else.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { AccountEvent_Action, type AccountEvent } from "@gen/account_pb";
import { AuditEvent_Kind } from "@gen/audit_pb";
import { Bulk_State, type Bulk } from "@gen/bulk_pb";
import type { Comment } from "@gen/comment_pb";
import { DecisionAction, type Decision } from "@gen/moderation_pb";
import { explain } from "../api/errors";
import { moderation } from "../api/moderation";
import { count } from "../lib/format";
import { usePages } from "../lib/load";
import { idOf, siteName, siteOf } from "../lib/names";
import { useStore } from "../lib/store";
import { noticeSites, places, siteLabel, theSite } from "../places";
import { commentPath } from "../router";
import { describeAction, inWords, describeStatus } from "../queue/words";
import { accounts } from "../session/account";
import { session } from "../session/state";
import { ChooseSite } from "../ui/choose_site";
import { Chip, Empty, Failure, Loading, PageHead, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";

interface Query {
  actor: string;
  from: string;
  to: string;
}

const kPage = 50;

const dayOf = (text: string, days: number) => {
  if (!text) return undefined;
  const date = new Date(`${text}T00:00:00`);
  date.setDate(date.getDate() + days);
  return timestampFromDate(date);
};
const times = (query: Query) => ({ startTime: dayOf(query.from, 0), endTime: dayOf(query.to, 1) });
const toneOf = (action: DecisionAction) =>
  action === DecisionAction.APPROVE ? "ham" : action === DecisionAction.SPAM ? "spam" : action === DecisionAction.HOLD ? "hold" : "plain";

interface Row {
  decision: Decision;
  comment?: Comment;
  undone: boolean; // by a later decision
}

const kUndosMax = 500;

// What a decision does not tell: its comment, and whether it was taken back since.
async function withMore(site: string, decisions: readonly Decision[]): Promise<Row[]> {
  if (!decisions.length) return [];
  noticeSites(decisions.map(({ name }) => siteOf(name)));
  const oldest = decisions[decisions.length - 1]?.createTime;
  const [undos, ...reviews] = await Promise.all([
    moderation.listDecisions({ parent: siteName(site), pageSize: kUndosMax, action: DecisionAction.UNDO, startTime: oldest }),
    ...[...new Set(decisions.map(({ comment }) => comment))].map((name) => commentOf(name)),
  ]);
  const undone = new Set(undos.decisions.map(({ undoneDecision }) => undoneDecision));
  const comments = new Map(reviews.map(({ name, comment }) => [name, comment]));
  return decisions.map((decision) => ({ decision, comment: comments.get(decision.comment), undone: undone.has(decision.name) }));
}

// Those that were erased have nothing to tell.
const commentOf = (name: string) => moderation.getReview({ name }).then(({ comment }) => ({ name, comment }), () => ({ name, comment: undefined }));

function More({ more }: { more?: () => Promise<void> }) {
  return more ? <button type="button" class="button more" onClick={() => void more()}>Show more</button> : null;
}

interface Filtered {
  site: string;
  query: Query;
  tools: (more: ComponentChildren) => ComponentChildren; // the filters that are shared, with one more
}

function Decisions({ site, query, tools }: Filtered) {
  const [action, setAction] = useState(DecisionAction.UNSPECIFIED);
  const { items, error, reload, more } = usePages(async (pageToken) => {
    const answer = await moderation.listDecisions({
      parent: siteName(site), pageSize: kPage, pageToken, action, actor: query.actor, ...times(query),
    });
    return { items: await withMore(site, answer.decisions), next: answer.nextPageToken };
  }, [site, query, action]);
  const undo = (decision: Decision) => moderation.undoDecision({ name: decision.name }).then(
    () => { say("Undone: the comment stands as it did before.", "good"); reload(); },
    (reason: unknown) => say(`Not undone: ${explain(reason)}`, "bad"));
  return (
    <>
      {tools(
        <label class="select-label"><span class="sr">Act</span>
          <select value={action} onChange={(event) => setAction(Number(event.currentTarget.value))}>
            <option value={0}>Every decision</option>
            <option value={DecisionAction.APPROVE}>Approved</option>
            <option value={DecisionAction.SPAM}>Spam</option>
            <option value={DecisionAction.TRASH}>Trash</option>
            <option value={DecisionAction.HOLD}>Sent to the queue</option>
            <option value={DecisionAction.UNDO}>Taken back</option>
          </select>
        </label>
      )}
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!items && error === undefined && <Loading what="decisions" />}
      {items?.length === 0 && <Empty icon="history" title="No decisions"><p>None of this kind, by these people, at that time.</p></Empty>}
      {items && items.length > 0 && (
        <TableWrap label="Decisions">
          <table>
            <thead><tr><th>When</th><th>Who</th><th>What</th><th>Comment</th><th>From, to</th><th><span class="sr">Acts</span></th></tr></thead>
            <tbody>
              {items.map(({ decision, comment, undone }) => (
                <tr key={decision.name} class={undone ? "over" : ""}>
                  <td><Time at={decision.createTime} /></td>
                  <td><Inline text={decision.actor || decision.actorKeyId} max={40} /></td>
                  <td>
                    <Chip tone={toneOf(decision.action)}>{describeAction(decision.action)}</Chip>
                    {undone && <span class="tag">taken back</span>}
                    {decision.bulk && <span class="tag">bulk</span>}
                    {decision.reasonCode && <span class="tag">{inWords(decision.reasonCode)}</span>}
                    {decision.note && <div class="muted small"><Inline text={decision.note} /></div>}
                  </td>
                  <td class="excerpt-cell">
                    <a href={commentPath(decision.comment)}>
                      {comment ? <Inline text={`${comment.author?.displayName || "No name"}: ${comment.body}`} max={90} /> : "This comment"}
                    </a>
                    {!site && <div class="muted small">{siteLabel(siteOf(decision.name))}</div>}
                  </td>
                  <td class="muted"><span class="from-to">{describeStatus(decision.previousStatus).text} → {describeStatus(decision.status).text}</span></td>
                  <td class="acts-cell">
                    {decision.action !== DecisionAction.UNDO && !undone && (
                      <button type="button" class="button small" onClick={() => void undo(decision)}>Undo</button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
      <More more={more} />
    </>
  );
}

const bulkStates: Record<Bulk_State, string> = {
  [Bulk_State.UNSPECIFIED]: "", [Bulk_State.PREVIEWED]: "previewed", [Bulk_State.APPLYING]: "under way", [Bulk_State.APPLIED]: "applied",
  [Bulk_State.UNDOING]: "being taken back", [Bulk_State.UNDONE]: "taken back",
};

function Bulks({ site: chosen }: { site: string }) {
  useStore(places, (value) => value.sites);
  const site = chosen || theSite();
  const { items, error, reload, more } = usePages(async (pageToken) => {
    if (!site) return { items: [], next: "" };
    const answer = await moderation.listBulks({ parent: siteName(site), pageSize: kPage, pageToken });
    return { items: answer.bulks, next: answer.nextPageToken };
  }, [site]);
  const undo = async (bulk: Bulk) => {
    try {
      for (;;) {
        const answer = await moderation.undoBulk({ name: bulk.name });
        if (!answer.bulk?.remainingCount) break;
      }
      say("The whole is taken back.", "good");
    } catch (reason) {
      say(`Not undone: ${explain(reason)}`, "bad");
    }
    reload();
  };
  if (!site) return <ChooseSite what="Decisions about many" />;
  return (
    <>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!items && error === undefined && <Loading what="decisions about many" />}
      {items?.length === 0 && <Empty icon="copies" title="None yet"><p>Decisions about a selection, an author or a campaign appear here, each with one undo.</p></Empty>}
      {items && items.length > 0 && (
        <TableWrap label="Decisions about many">
          <table>
            <thead><tr><th>When</th><th>Who</th><th>What</th><th>Decided</th><th>Left alone</th><th>State</th><th><span class="sr">Acts</span></th></tr></thead>
            <tbody>
              {items.map((bulk) => (
                <tr key={bulk.name}>
                  <td><Time at={bulk.applyTime} /></td>
                  <td><Inline text={bulk.actor} max={40} /></td>
                  <td><Chip tone={toneOf(bulk.action)}>{describeAction(bulk.action)}</Chip></td>
                  <td class="number">{count(bulk.decidedCount)}</td>
                  <td class="number">{count(bulk.skippedCount)}</td>
                  <td class="muted">{bulkStates[bulk.state]}</td>
                  <td class="acts-cell">
                    {bulk.state !== Bulk_State.UNDONE && <button type="button" class="button small" onClick={() => void undo(bulk)}>Undo all {count(bulk.decidedCount)}</button>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
      <More more={more} />
    </>
  );
}

const kinds: [AuditEvent_Kind, string][] = [
  [AuditEvent_Kind.UNSPECIFIED, "Everything"], [AuditEvent_Kind.SITE, "Sites"], [AuditEvent_Kind.RULE, "Rules"],
  [AuditEvent_Kind.API_KEY, "Keys"], [AuditEvent_Kind.MODEL, "Model"], [AuditEvent_Kind.ESCALATION, "Escalations"],
  [AuditEvent_Kind.REASON_CODES, "Reason codes"], [AuditEvent_Kind.BULK, "Decisions about many"],
];

const subjects: Record<AuditEvent_Kind, string> = {
  [AuditEvent_Kind.UNSPECIFIED]: "", [AuditEvent_Kind.SITE]: "Site", [AuditEvent_Kind.RULE]: "Rule", [AuditEvent_Kind.API_KEY]: "Key",
  [AuditEvent_Kind.MODEL]: "Generation", [AuditEvent_Kind.ESCALATION]: "Comment", [AuditEvent_Kind.REASON_CODES]: "Reasons",
  [AuditEvent_Kind.BULK]: "Decision about many",
};

// Whose names say something to people.
const named = new Set([AuditEvent_Kind.SITE, AuditEvent_Kind.API_KEY, AuditEvent_Kind.MODEL]);

function Acts({ site, query, tools }: Filtered) {
  const [kind, setKind] = useState<AuditEvent_Kind>(0);
  const { items, error, reload, more } = usePages(async (pageToken) => {
    const answer = await moderation.listAuditEvents({ parent: siteName(site), pageSize: kPage, pageToken, kind, actor: query.actor, ...times(query) });
    return { items: answer.events, next: answer.nextPageToken };
  }, [site, query, kind]);
  return (
    <>
      {tools(
        <label class="select-label"><span class="sr">Kind</span>
          <select value={kind} onChange={(event) => setKind(Number(event.currentTarget.value))}>
            {kinds.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </label>
      )}
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!items && error === undefined && <Loading what="what was done" />}
      {items?.length === 0 && <Empty icon="history" title="Nothing was done"><p>Changes of sites, rules, keys and models appear here.</p></Empty>}
      {items && items.length > 0 && (
        <ul class="rows panel">
          {items.map((event) => (
            <li key={event.name}>
              <span>
                <strong>{subjects[event.kind]} {inWords(event.act)}</strong>{" "}
                {event.kind === AuditEvent_Kind.ESCALATION
                  ? <a href={commentPath(event.subject)}>this comment</a>
                  : named.has(event.kind) && <code>{idOf(event.subject)}</code>}
                {event.summary && <>: <Inline text={event.kind === AuditEvent_Kind.SITE ? event.summary.replace(/_/g, " ") : event.summary} max={500} /></>}
              </span>
              <span class="muted small"><Inline text={event.actor || "the server"} max={60} />, <Time at={event.createTime} /></span>
            </li>
          ))}
        </ul>
      )}
      <More more={more} />
    </>
  );
}

const secondFactor: Partial<Record<AccountEvent_Action, string>> = {
  [AccountEvent_Action.TOTP_ENABLED]: "second factor turned on", [AccountEvent_Action.TOTP_DISABLED]: "second factor turned off",
};
// The others by their names: ROLE_CHANGED as "role changed".
const accountWords = (event: AccountEvent) => secondFactor[event.action] ?? inWords(AccountEvent_Action[event.action] ?? "");

function AccountActs() {
  const { items, error, reload, more } = usePages(async (pageToken) => {
    const answer = await accounts.listAccountAudit({ pageSize: kPage, pageToken });
    return { items: answer.events, next: answer.nextPageToken };
  }, []);
  if (error !== undefined) return <Failure error={error} retry={reload} />;
  if (!items) return <Loading what="what was done to accounts" />;
  return (
    <>
      <ul class="rows panel">
        {items.map((event, index) => (
          <li key={index}>
            <span><strong>{idOf(event.person) || "no account"}</strong>: {accountWords(event)}{event.membership && ` (${siteOf(event.membership.site)})`}</span>
            <span class="muted small">{event.actor && event.actor !== event.person ? `by ${idOf(event.actor)}, ` : ""}<Time at={event.createTime} /></span>
          </li>
        ))}
      </ul>
      <More more={more} />
    </>
  );
}

type Tab = "decisions" | "bulks" | "acts" | "accounts";

export function AuditPage({ site }: { site: string }) {
  const person = useStore(session, (value) => value.person);
  const [tab, setTab] = useState<Tab>("decisions");
  const [draft, setDraft] = useState<Query>({ actor: "", from: "", to: "" });
  const [query, setQuery] = useState(draft);
  const tools = (more: ComponentChildren) => (
    <form class="page-tools" onSubmit={(event) => { event.preventDefault(); setQuery(draft); }}>
      {more}
      <input placeholder="By whom" aria-label="By whom" maxLength={100} value={draft.actor} onInput={(event) => setDraft({ ...draft, actor: event.currentTarget.value })} />
      <label class="date-label"><span>from</span><input type="date" value={draft.from} onInput={(event) => setDraft({ ...draft, from: event.currentTarget.value })} /></label>
      <label class="date-label"><span>to</span><input type="date" value={draft.to} onInput={(event) => setDraft({ ...draft, to: event.currentTarget.value })} /></label>
      <button type="submit" class="button">Show</button>
    </form>
  );
  const tabs: [Tab, string][] = [["decisions", "Decisions"], ["bulks", "About many"]];
  if (person?.operator) tabs.push(["acts", "Everything else"]);
  if (person?.operatorOfAll) tabs.push(["accounts", "Accounts"]);
  return (
    <>
      <PageHead title="History">Who decided what, and when. Nothing here is ever changed or removed; what was undone says so.</PageHead>
      <div class="tabs" role="group" aria-label="What is listed">
        {tabs.map(([id, words]) => (
          <button key={id} type="button" aria-pressed={tab === id} onClick={() => setTab(id)}>{words}</button>
        ))}
      </div>
      {tab === "decisions" && <Decisions site={site} query={query} tools={tools} />}
      {tab === "bulks" && <Bulks site={site} />}
      {tab === "acts" && <Acts site={site} query={query} tools={tools} />}
      {tab === "accounts" && <AccountActs />}
    </>
  );
}
