// Taking back: the newest act that stands, whatever it was: a decision, many of them, an escalation, a block.
import { Code, ConnectError } from "@connectrpc/connect";
import { QueueItem_Cause } from "@gen/moderation_pb";
import { explain } from "../api/errors";
import { moderation } from "../api/moderation";
import { say, sayInstead } from "../ui/toast";
import { change, putBack } from "./decide";
import { entryOf, queue, unleased, type Act } from "./state";
import { describeAction } from "./words";

async function undoOne(act: Act, decision: string): Promise<void> {
  const { comment } = await moderation.undoDecision({ name: decision });
  change(act.id, { state: "undone" });
  if (act.entry) {
    const entry = { ...unleased(act.entry), comment: comment ?? act.entry.comment, gone: undefined };
    // What was drawn blind is no more so: its decision told what the machine had said.
    const cause = entry.item.cause === QueueItem_Cause.BLIND_SAMPLE ? QueueItem_Cause.RETURNED : entry.item.cause;
    putBack(act.list, { ...entry, item: { ...entry.item, comment: entry.comment, cause } }, act.at);
  } else if (act.comment) {
    await bringBack(act, act.comment);
  }
  sayInstead(`Undone: it was ${describeAction(act.action)}.`);
}

async function bringBack(act: Act, name: string): Promise<void> {
  const { item, comment } = await moderation.getReview({ name });
  const entry = item && entryOf({ ...item, comment });
  if (entry) putBack(act.list, unleased(entry), act.at);
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
  sayInstead(left
    ? `${back} taken back. ${left} stay as they are: somebody has decided them since.`
    : `All ${back} taken back.`);
}

async function undoEscalation(act: Act, comment: string): Promise<void> {
  await moderation.deescalateComment({ name: comment });
  change(act.id, { state: "undone" });
  // As it was seen: how many are alike, a review does not tell.
  if (act.entry) putBack(queue, { ...unleased(act.entry), item: { ...act.entry.item, lease: undefined, escalation: undefined } }, act.at);
  else await bringBack(act, comment);
  sayInstead("Undone: it is no longer escalated, and yours to decide.");
}

async function undoBlock(act: Act, rule: string): Promise<void> {
  const { admin } = await import("../admin/client");
  await admin.deleteRule({ name: rule });
  change(act.id, { state: "undone" });
  sayInstead("Undone: the rule that blocked is gone.");
}

// It will never be taken back: what was done since stands in the way, or too much time.
const isFinal = (error: unknown) =>
  [Code.FailedPrecondition, Code.NotFound, Code.PermissionDenied].includes(ConnectError.from(error).code);

function whyNot(act: Act, error: unknown): string {
  const { code } = ConnectError.from(error);
  if (act.rule && code === Code.PermissionDenied) return "A block can be taken back for a day; later an operator removes its rule.";
  if (act.rule && code === Code.NotFound) return "The rule that blocked is gone already.";
  if (act.escalated && code === Code.FailedPrecondition) return "The escalated comment waits no longer: an operator has decided it.";
  return explain(error);
}

// `after`, for views that show other lists, runs when something was taken back.
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
    if (now.rule) await undoBlock(now, now.rule);
    else if (now.escalated && now.comment) await undoEscalation(now, now.comment);
    else if (now.bulks.length) await undoBulks(now);
    else if (now.decision) await undoOne(now, now.decision);
    after?.(now);
  } catch (error) {
    // The next press is then for the act before.
    if (isFinal(error)) change(now.id, { state: "refused" });
    say(`Not undone: ${whyNot(now, error)}`, "bad");
  }
}
