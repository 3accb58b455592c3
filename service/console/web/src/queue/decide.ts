// Decisions: shown at once, sent behind, taken back with a word when the server refuses, sent again when it was away. And the
// acts, which undo.ts takes back.
import type { Comment } from "@gen/comment_pb";
import { CommentStatus, StatusSource } from "@gen/comment_pb";
import { DecisionAction, QueueItem_Cause } from "@gen/moderation_pb";
import type { ItemError } from "@gen/moderation_service_pb";
import { explain, isAway } from "../api/errors";
import { moderation } from "../api/moderation";
import { plural } from "../lib/format";
import { session } from "../session/state";
import { say } from "../ui/toast";
import { forgetDecision, keepActs, keepDecision, keptActs, keptDecisions, type KeptDecision } from "./kept";
import { holdAhead, refreshLease, tokenFor } from "./load";
import { heldBy, indexOf, queue, unleased, updateEntry, type Act, type Entry, type List } from "./state";
import { describeAction } from "./words";
import { plainName } from "../lib/text";

const kRetryMs = 2_000;
const kActsMax = 200;

let nextId = 1;

export interface DecideOptions {
  reasonCode?: string;
  note?: string;
  teach?: boolean;
}

function setActs(acts: Act[]): void {
  queue.set({ acts: acts.slice(-kActsMax) });
  keepActs(acts.filter(({ state }) => state === "done").map(({ action, count, decision, comment, bulks, escalated, rule }) =>
    ({ action, count, decision, comment, bulks, escalated, rule })));
}

export function change(id: number, patch: Partial<Act>): void {
  const settledAt = patch.state === "done" ? Date.now() : undefined;
  setActs(queue.value.acts.map((act) => (act.id === id ? { ...act, settledAt, ...patch } : act)));
}

export function record(act: Omit<Act, "id">): number {
  const id = nextId++;
  setActs([...queue.value.acts, { ...act, id }]);
  return id;
}

const kBeside = { action: DecisionAction.UNSPECIFIED, list: queue, count: 0, state: "done" } as const;

// What decides nothing, and can be taken back all the same.
export function recordEscalation(entry: Entry): void {
  const at = Math.max(0, indexOf(queue.value, entry.name));
  record({ ...kBeside, bulks: [], at, entry, comment: entry.name, escalated: true, settled: Promise.resolve(), settledAt: Date.now() });
}

export function recordBlock(rule: string): void {
  record({ ...kBeside, bulks: [], at: 0, rule, settled: Promise.resolve(), settledAt: Date.now() });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// Puts an entry back where it stood, into focus.
export function putBack(list: List, entry: Entry, at: number): void {
  const there = list.value.entries.find(({ name }) => name === entry.name);
  if (there) {
    // It may have come back by itself before, and be leased already.
    updateEntry(entry.name, { ...entry, token: there.token || entry.token }, list);
    list.set({ focus: entry.name });
    return;
  }
  const entries = [...list.value.entries];
  entries.splice(Math.min(Math.max(0, at), entries.length), 0, entry);
  list.set({ entries, focus: entry.name });
}

// The focus moves to what follows.
export function removeEntries(names: ReadonlySet<string>, list: List = queue): void {
  const { entries, focus, selected } = list.value;
  const at = entries.findIndex(({ name }) => name === focus);
  const rest = entries.filter(({ name }) => !names.has(name));
  let next = focus;
  if (names.has(focus)) {
    const after = entries.slice(at + 1).find(({ name }) => !names.has(name));
    next = (after ?? rest[rest.length - 1])?.name ?? "";
  }
  list.set({ entries: rest, focus: next, selected: new Set([...selected].filter((name) => !names.has(name))) });
}

// The decision that was faster. Where only a lease stands in the way nothing has changed since the comment was read.
const fasterThanWe = (error: ItemError | undefined) => (error?.reason === "LEASED" ? undefined : error?.otherDecision);

function refusal(error: ItemError, entry: Entry): string {
  const by = fasterThanWe(error);
  if (by) return `${plainName(by.actor) || "Somebody"} was faster: ${describeAction(by.action)}.`;
  switch (error.reason) {
    case "LEASED": return `${plainName(heldBy(entry)) || "Somebody else"} holds this comment at the moment.`;
    case "STALE_ETAG": return "The comment has changed since you saw it. It is here again as it is now.";
    default: return explain(new Error(error.message)) && `Not saved: ${error.message}`;
  }
}

// An answer that was lost is recognised by our own decision standing there.
const isOurOwn = (action: DecisionAction, other: ItemError["otherDecision"]) =>
  other?.action === action && other.actorKeyId === session.value.person?.name;

// Sends until the server has answered; until then the decision is kept beyond this page.
async function send(id: number, entry: Entry, action: DecisionAction, options: DecideOptions): Promise<void> {
  keepDecision({ comment: entry.name, action, etag: entry.comment.etag, reasonCode: options.reasonCode, teach: options.teach });
  try {
    await sendNow(id, entry, action, options);
  } finally {
    forgetDecision(entry.name);
  }
}

async function sendNow(id: number, entry: Entry, action: DecisionAction, options: DecideOptions): Promise<void> {
  let leaseToken = await tokenFor(entry);
  const once = () => moderation.moderateComments({
    actions: [{
      comment: entry.name, action, etag: entry.comment.etag, leaseToken, reasonCode: options.reasonCode,
      note: options.note, teach: options.teach,
    }],
  });
  for (let tries = 0; ; tries++) {
    try {
      const result = (await once()).results[0];
      if (result?.error?.reason === "LEASED" && !leaseToken) {
        // Perhaps by ourselves, ahead of the focus, while the decision was on its way.
        leaseToken = await tokenFor(entry);
        if (leaseToken) continue;
      }
      const other = result?.error?.otherDecision;
      const ours = tries > 0 && isOurOwn(action, other);
      if (result?.decision || ours) {
        change(id, { state: "done", decision: (result?.decision ?? other)?.name });
        landed(id, entry, result?.comment);
        if (result?.labelCap) say("Decided. It teaches nothing, as this source has taught enough for today.");
        return;
      }
      return await refuse(id, entry, result?.error);
    } catch (error) {
      if (!isAway(error)) {
        change(id, { state: "refused" });
        giveBack(id, entry);
        say(`Not saved: ${explain(error)}`, "bad");
        return;
      }
      change(id, { state: "waiting" });
      await pause(kRetryMs);
    }
  }
}

const actOf = (id: number) => queue.value.acts.find((candidate) => candidate.id === id);

function giveBack(id: number, entry: Entry): void {
  const act = actOf(id);
  putBack(act?.list ?? queue, entry, act?.at ?? 0);
}

// Where decided comments stay in the list, they are shown as they are now.
function landed(id: number, entry: Entry, comment: Comment | undefined): void {
  const act = actOf(id);
  const item = { ...entry.item, comment, cause: QueueItem_Cause.UNSPECIFIED };
  if (act?.stays && comment) updateEntry(entry.name, { comment, item }, act.list);
}

const statusAfter = (action: DecisionAction): CommentStatus => {
  switch (action) {
    case DecisionAction.APPROVE: return CommentStatus.APPROVED;
    case DecisionAction.SPAM: return CommentStatus.SPAM;
    case DecisionAction.TRASH: return CommentStatus.TRASHED;
    default: return CommentStatus.PENDING;
  }
};

async function refuse(id: number, entry: Entry, error: ItemError | undefined): Promise<void> {
  change(id, { state: "refused" });
  const words = error ? refusal(error, entry) : "Not saved: the server did not say why.";
  say(words, "bad");
  // What somebody else has decided is not to be put before the moderator again.
  const queued = (actOf(id)?.list ?? queue) === queue;
  if (fasterThanWe(error) && queued) return;
  const review = await moderation.getReview({ name: entry.name }).catch(() => undefined);
  if (review && !review.item && queued) return;
  const comment = review?.comment ?? entry.comment;
  const back = unleased(entry);
  giveBack(id, { ...back, comment, item: { ...back.item, ...review?.item, comment } });
}

// Shows the decision at once in the list that the comment was decided in: it leaves, or, where `stays`, has its new status.
export function decide(
  entry: Entry, action: DecisionAction, options: DecideOptions = {}, list: List = queue, stays = false,
): void {
  if (entry.gone) {
    removeEntries(new Set([entry.name]), list);
    say("Nothing was done: that comment had left the queue already. This is the next one.");
    return;
  }
  if (heldBy(entry)) {
    // As far as we know; it may have been given back since.
    void refreshLease(entry, list).then((now) => {
      const holder = heldBy(now);
      if (holder) say(`${plainName(holder)} holds this comment at the moment. Take the next one.`, "bad");
      else if (list.value.focus === entry.name) decide(now, action, options, list, stays);
    });
    return;
  }
  let settle = () => {};
  const settled = new Promise<void>((resolve) => { settle = resolve; });
  const at = indexOf(list.value, entry.name);
  const id = record({ action, entry, comment: entry.name, at, list, stays, bulks: [], count: 1, state: "sending", settled, hasNote: Boolean(options.note) });
  if (stays) {
    // By a person; and whatever it waited for, that is over.
    const comment = { ...entry.comment, status: statusAfter(action), statusSource: StatusSource.MODERATOR };
    const item = { ...entry.item, comment, cause: QueueItem_Cause.UNSPECIFIED };
    updateEntry(entry.name, { comment, item }, list);
    list.set({ focus: list.value.entries[at + 1]?.name ?? entry.name });
  } else {
    removeEntries(new Set([entry.name]), list);
  }
  void send(id, entry, action, options).finally(settle);
  if (list === queue) holdAhead().catch(() => undefined);
}

// The decisions of an earlier page that the server has not answered: sent now, one call for many. What is refused is told, not
// tried again.
async function sendKept(kept: readonly KeptDecision[], ids: readonly number[]): Promise<void> {
  const actions = kept.map(({ comment, action, etag, reasonCode, teach }) => ({ comment, action, etag, reasonCode, teach }));
  for (;;) {
    try {
      const { results } = await moderation.moderateComments({ actions });
      let refused = 0;
      results.forEach(({ decision, error }, at) => {
        const { comment, action } = kept[at]!;
        const known = decision ?? (isOurOwn(action, error?.otherDecision) ? error?.otherDecision : undefined);
        refused += Number(!known);
        change(ids[at]!, known ? { state: "done", decision: known.name } : { state: "refused" });
        forgetDecision(comment);
      });
      const saved = kept.length - refused;
      if (saved) say(`${plural(saved, "decision", "decisions")} from before this page was loaded ${saved === 1 ? "is" : "are"} saved now.`, "good");
      if (refused) say(`${plural(refused, "decision", "decisions")} from before could not be saved: the comment has changed, or somebody was faster.`, "bad");
      return;
    } catch (error) {
      if (!isAway(error)) {
        for (const id of ids) change(id, { state: "refused" });
        for (const { comment } of kept) forgetDecision(comment);
        say(`What you decided before this page was loaded is not saved: ${explain(error)}`, "bad");
        return;
      }
      await pause(kRetryMs);
    }
  }
}

const kActionsMax = 100;

// Once somebody is signed in: takes up what an earlier page left, and what can be undone.
export function takeUpKept(): void {
  const settled = Promise.resolve();
  const common = { at: 0, list: queue, state: "done", settledAt: 0, settled } as const;
  for (const act of keptActs()) record({ ...common, ...act });
  const kept = keptDecisions();
  for (let at = 0; at < kept.length; at += kActionsMax) {
    const part = kept.slice(at, at + kActionsMax);
    const sending: { work?: Promise<void> } = {};
    const done = new Promise<void>((resolve) => { queueMicrotask(() => void sending.work?.finally(resolve)); });
    const ids = part.map(({ action, comment }) => record({ ...common, settledAt: undefined, settled: done, state: "waiting", action, comment, count: 1, bulks: [] }));
    sending.work = sendKept(part, ids);
  }
}

// A private note is not written to the disk: whoever leaves before it has arrived is asked.
window.addEventListener("beforeunload", (event) => {
  if (queue.value.acts.some(({ state, hasNote }) => hasNote && (state === "sending" || state === "waiting"))) event.preventDefault();
});
