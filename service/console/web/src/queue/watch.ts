// The queue as it changes, by the server's stream; after a break it connects again and reads the queue anew.
import { Code, ConnectError } from "@connectrpc/connect";
import { moderation } from "../api/moderation";
import { siteName } from "../lib/names";
import { chooseSite, siteLabel } from "../places";
import { resume } from "../session/account";
import { session, signedInAgain } from "../session/state";
import { describeAction } from "./words";
import { dropReading, holdAhead, inOrder, readQueue, release } from "./load";
import { decidedHere, entryOf, filtersSet, queue, updateEntry } from "./state";
import { QueueItem_Cause } from "@gen/moderation_pb";
import { QueueOrder, type WatchQueueResponse } from "@gen/moderation_service_pb";
import { say } from "../ui/toast";
import { plainName } from "../lib/text";

const kRetryMsFirst = 500;
const kRetryMsMax = 15_000;
const kStreamMsMax = 24 * 3600_000;
const kSilenceMsMax = 40_000; // it says something every 15 seconds

function apply(change: WatchQueueResponse): void {
  if (change.stats) queue.set({ stats: change.stats });
  for (const name of change.left) void leave(name);
  const placeable = filtersSet(queue.value.filters) === 0 &&
    (queue.value.order === QueueOrder.OLDEST || queue.value.order === QueueOrder.UNSPECIFIED || queue.value.order === QueueOrder.NEWEST);
  let fresh = 0;
  for (const item of change.entered) {
    const entry = entryOf(item);
    if (!entry) continue;
    const { entries, order, nextPage, acts } = queue.value;
    const known = entries.find(({ name }) => name === entry.name);
    if (known) {
      // Edited, leased by somebody, or back again as a decision was undone: ours stays ours.
      const item = { ...entry.item, alikeCount: known.item.alikeCount, campaign: known.item.campaign };
      updateEntry(entry.name, { ...entry, item, token: known.token, gone: undefined });
    } else if (entry.item.cause === QueueItem_Cause.BLIND_SAMPLE) {
      continue; // those come with what is leased, now and then
    } else if (acts.some((act) => act.comment === entry.name && (act.state === "sending" || act.state === "waiting"))) {
      continue;
    } else if (placeable && (order === QueueOrder.NEWEST || !nextPage)) {
      queue.set({ entries: inOrder([...entries, entry]) });
    } else {
      fresh++;
    }
  }
  if (fresh) queue.set({ fresh: queue.value.fresh + fresh });
  if (!queue.value.focus && queue.value.entries.length) queue.set({ focus: queue.value.entries[0]!.name });
  if (change.entered.length) holdAhead().catch(() => undefined);
}

// A comment left the queue: decided by us, which we know; or by somebody who was faster.
async function leave(name: string): Promise<void> {
  const { entries, focus } = queue.value;
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry || decidedHere(queue.value, name)) return;
  if (name !== focus) {
    queue.set({ entries: entries.filter((candidate) => candidate.name !== name) });
    return;
  }
  updateEntry(name, { token: "", gone: "Somebody was faster: this comment has left the queue." });
  const { decisions } = await moderation.getReview({ name }).catch(() => ({ decisions: [] }));
  const decision = decisions[0];
  // It may have come back meanwhile.
  const still = queue.value.entries.find((candidate) => candidate.name === name)?.gone;
  if (decision && still) {
    updateEntry(name, { gone: `${plainName(decision.actor) || "Somebody"} was faster: ${describeAction(decision.action)}.` });
  }
}

// The right to review it is gone: what was seen of it goes too, and what else there is comes in its place.
async function rightGone(site: string, error: unknown, signal: AbortSignal): Promise<void> {
  const name = siteLabel(site);
  await resume();
  if (signal.aborted) return;
  // Where the right is back already a reading may have been answered, or still be: it would show a queue without a line to it.
  dropReading();
  void release(queue.value.entries);
  queue.set({ entries: [], focus: "", selected: new Set(), nextPage: "", phase: "failed", error, link: "connecting" });
  if (!site) return;
  say(`You may not review ${plainName(name)} any more.`, "bad");
  chooseSite("");
}

// Runs until `signal` ends it, or the right to it is gone.
export async function watchQueue(site: string, signal: AbortSignal): Promise<void> {
  let wait = kRetryMsFirst;
  while (!signal.aborted) {
    // A line that broke without a word: the server is never silent for long.
    const attempt = new AbortController();
    const end = () => attempt.abort();
    let silence = setTimeout(end, kSilenceMsMax);
    signal.addEventListener("abort", end);
    window.addEventListener("offline", end);
    try {
      const stream = moderation.watchQueue({ parent: siteName(site) }, { signal: attempt.signal, timeoutMs: kStreamMsMax });
      for await (const change of stream) {
        clearTimeout(silence);
        silence = setTimeout(end, kSilenceMsMax);
        if (queue.value.link === "lost") void readQueue(); // what happened meanwhile
        if (queue.value.link !== "live") queue.set({ link: "live" });
        wait = kRetryMsFirst;
        apply(change);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (ConnectError.from(error).code === Code.Unauthenticated && session.value.phase === "signed-in") {
        await signedInAgain();
        void readQueue();
        continue;
      }
      if (ConnectError.from(error).code === Code.PermissionDenied) {
        await rightGone(site, error, signal);
        return;
      }
      if (ConnectError.from(error).code === Code.Aborted) { // what one may review has changed
        await resume();
        void readQueue();
        continue;
      }
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", end);
      window.removeEventListener("offline", end);
    }
    if (signal.aborted) return;
    queue.set({ link: "lost" });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      window.addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
    wait = Math.min(wait * 2, kRetryMsMax);
  }
}
