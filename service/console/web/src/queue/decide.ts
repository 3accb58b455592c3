// Decisions: shown at once, sent behind, taken back with a word when the server refuses, sent again when it was away; and
// undone.
import type { Decision, DecisionAction } from "@gen/moderation_pb";
import type { ItemError } from "@gen/moderation_service_pb";
import { explain, isAway } from "../api/errors";
import { moderation } from "../api/moderation";
import { session } from "../session/state";
import { say } from "../ui/toast";
import { holdAhead } from "./load";
import { heldBy, indexOf, queue, type Act, type Entry } from "./state";
import { describeAction } from "./words";

const kRetryMs = 2_000;
const kActsMax = 200;

let nextId = 1;

export interface DecideOptions {
  reasonCode?: string;
  note?: string;
  teach?: boolean;
}

function change(id: number, patch: Partial<Act>): void {
  queue.set({ acts: queue.value.acts.map((act) => (act.id === id ? { ...act, ...patch } : act)) });
}

export function record(act: Omit<Act, "id">): number {
  const id = nextId++;
  queue.set({ acts: [...queue.value.acts, { ...act, id }].slice(-kActsMax) });
  return id;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// Puts an entry back where it stood, into focus.
function putBack(entry: Entry, at: number): void {
  const entries = queue.value.entries.filter(({ name }) => name !== entry.name);
  entries.splice(Math.min(at, entries.length), 0, entry);
  queue.set({ entries, focus: entry.name });
}

// The focus moves to what follows; entries leaves with what is decided.
export function removeEntries(names: ReadonlySet<string>): void {
  const { entries, focus, selected } = queue.value;
  const at = entries.findIndex(({ name }) => name === focus);
  const rest = entries.filter(({ name }) => !names.has(name));
  let next = focus;
  if (names.has(focus)) {
    const after = entries.slice(at + 1).find(({ name }) => !names.has(name));
    next = (after ?? rest[rest.length - 1])?.name ?? "";
  }
  queue.set({ entries: rest, focus: next, selected: new Set([...selected].filter((name) => !names.has(name))) });
}

function refusal(error: ItemError, entry: Entry): string {
  const by = error.otherDecision;
  if (by) return `${by.actor || "Somebody"} was faster: ${describeAction(by.action)}.`;
  switch (error.reason) {
    case "LEASED": return `${heldBy(entry) || "Somebody else"} holds this comment at the moment.`;
    case "STALE_ETAG": return "The comment has changed since you saw it. It is here again as it is now.";
    default: return explain(new Error(error.message)) && `Not saved: ${error.message}`;
  }
}

// Sends until the server has answered. An answer that was lost is recognised by our own decision standing there.
async function send(id: number, entry: Entry, action: DecisionAction, options: DecideOptions): Promise<void> {
  const once = () => moderation.moderateComments({
    actions: [{
      comment: entry.name, action, etag: entry.comment.etag, leaseToken: entry.token, reasonCode: options.reasonCode,
      note: options.note, teach: options.teach,
    }],
  });
  for (let tries = 0; ; tries++) {
    try {
      const result = (await once()).results[0];
      const other = result?.error?.otherDecision;
      const ours = tries > 0 && other?.action === action && other.actor === session.value.person?.displayName;
      if (result?.decision || ours) {
        change(id, { state: "done", decision: result?.decision ?? other });
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

function giveBack(id: number, entry: Entry): void {
  const act = queue.value.acts.find((candidate) => candidate.id === id);
  putBack(entry, act?.at ?? 0);
}

async function refuse(id: number, entry: Entry, error: ItemError | undefined): Promise<void> {
  change(id, { state: "refused" });
  const words = error ? refusal(error, entry) : "Not saved: the server did not say why.";
  say(words, "bad");
  // What somebody else has decided is not to be put before the moderator again.
  if (error?.otherDecision) return;
  const review = await moderation.getReview({ name: entry.name }).catch(() => undefined);
  if (review && !review.item) return;
  const comment = review?.comment ?? entry.comment;
  giveBack(id, { ...entry, comment, item: { ...entry.item, ...review?.item, comment }, token: "" });
}

export function decide(entry: Entry, action: DecisionAction, options: DecideOptions = {}): void {
  if (entry.gone) {
    removeEntries(new Set([entry.name]));
    return;
  }
  const holder = heldBy(entry);
  if (holder) {
    say(`${holder} holds this comment at the moment. Take the next one.`, "bad");
    return;
  }
  let settle = () => {};
  const settled = new Promise<void>((resolve) => { settle = resolve; });
  const id = record({ action, entry, at: indexOf(queue.value, entry.name), bulks: [], count: 1, state: "sending", settled });
  removeEntries(new Set([entry.name]));
  void send(id, entry, action, options).finally(settle);
  holdAhead().catch(() => undefined);
}

async function undoOne(act: Act, decision: Decision): Promise<void> {
  const { comment } = await moderation.undoDecision({ name: decision.name });
  change(act.id, { state: "undone" });
  if (act.entry) {
    const entry = { ...act.entry, comment: comment ?? act.entry.comment, token: "", gone: undefined };
    putBack({ ...entry, item: { ...entry.item, comment: entry.comment } }, act.at);
  }
  say(`Undone: it was ${describeAction(act.action)}.`);
}

async function undoBulks(act: Act): Promise<void> {
  let back = 0;
  let left = 0;
  for (const name of act.bulks) {
    for (;;) {
      const { bulk, skips } = await moderation.undoBulk({ name });
      left += skips.length;
      if (!bulk || bulk.remainingCount === 0) {
        back += bulk?.undoneCount ?? 0;
        break;
      }
    }
  }
  change(act.id, { state: "undone" });
  say(left
    ? `${back} taken back. ${left} stay as they are: somebody has decided them since.`
    : `All ${back} taken back.`);
}

// Takes the newest act back that stands. `after`, for views that show other lists, runs then.
export async function undoLast(after?: (act: Act) => void): Promise<void> {
  const act = [...queue.value.acts].reverse().find(({ state }) => state !== "undone" && state !== "refused");
  if (!act) {
    say("There is nothing to undo.");
    return;
  }
  if (act.state === "waiting") {
    say("That decision has not reached the server yet. It can be undone as soon as it has.");
    return;
  }
  await act.settled;
  const now = queue.value.acts.find(({ id }) => id === act.id);
  if (!now || now.state !== "done") return;
  try {
    if (now.bulks.length) await undoBulks(now);
    else if (now.decision) await undoOne(now, now.decision);
    after?.(now);
  } catch (error) {
    say(`Not undone: ${explain(error)}`, "bad");
  }
}
