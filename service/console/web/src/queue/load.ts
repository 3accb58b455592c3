// Reads the queue and holds what is in front: the item in focus and the next ones are leased, so that nobody else works on
// them, and what is left behind is given back.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { QueueOrder, type QueueFilterSchema } from "@gen/moderation_service_pb";
import type { QueueItem } from "@gen/moderation_pb";
import { isAway } from "../api/errors";
import { moderation } from "../api/moderation";
import { sendWhileLeaving } from "../api/transport";
import { siteName, siteOf } from "../lib/names";
import { noticeSites } from "../places";
import { decidedHere, entryOf, indexOf, queue, unleased, updateEntry, type Entry, type Filters, type List, type QueueState } from "./state";

const kPageItems = 50;
const kHeldAhead = 4;
const kHeldMax = 12;
const kListedAhead = 10;
const kLandingMs = 300; // for decisions on their way
const kLeaseSeconds = 120n;
const kRenewMs = 40_000;

export function filterOf(filters: Filters): MessageInitShape<typeof QueueFilterSchema> {
  const { site, ...filter } = filters;
  void site;
  return filter;
}

// Each reading of the queue has a number; answers to an older one are dropped.
let reading = 0;
let leasing: Promise<void> | undefined;
let readingMore: Promise<void> | undefined;
let nothingToLease = false;

const scope = () => ({
  parent: siteName(queue.value.filters.site), filter: filterOf(queue.value.filters), order: queue.value.order,
});

// Tokens of leases that came for comments that were decided while the call was under way.
const lateTokens = new Map<string, string>();

// The token to decide with: the entry's own, or one that is just being fetched.
export async function tokenFor(entry: Entry): Promise<string> {
  if (!entry.token) await leasing?.catch(() => undefined);
  const late = lateTokens.get(entry.name);
  lateTokens.delete(entry.name);
  return entry.token || late || "";
}

function merge(entries: Entry[], items: readonly QueueItem[]): Entry[] {
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  const added: Entry[] = [];
  for (const item of items) {
    const entry = entryOf(item);
    if (entry && !known.has(entry.name) && !decidedHere(queue.value, entry.name)) added.push(entry);
  }
  return [...entries, ...added];
}

// In the orders of time an entry's place is known; in the others what is held comes first.
export function inOrder(entries: Entry[]): Entry[] {
  const { order } = queue.value;
  if (order === QueueOrder.USEFUL || order === QueueOrder.UNCERTAIN) return entries;
  const sign = order === QueueOrder.NEWEST ? -1 : 1;
  const time = ({ item }: Entry) => Number(item.enterTime?.seconds ?? 0) * 1e3 + (item.enterTime?.nanos ?? 0) / 1e6;
  return [...entries].sort((a, b) => sign * (time(a) - time(b) || (a.name < b.name ? -1 : 1)));
}

// Puts leased items where they stand in the list; those that it does not have come behind what is held already.
function take(state: Readonly<QueueState>, items: readonly QueueItem[]): Entry[] {
  let entries = [...state.entries];
  for (const item of items) {
    const entry = entryOf(item, item.lease?.token ?? "");
    if (!entry) continue;
    if (decidedHere(queue.value, entry.name)) {
      lateTokens.set(entry.name, entry.token);
      continue;
    }
    const at = entries.findIndex(({ name }) => name === entry.name);
    if (at >= 0) {
      const { alikeCount, campaign } = entries[at]!.item;
      entries[at] = item.alikeCount ? entry : { ...entry, item: { ...entry.item, alikeCount, campaign } };
    } else {
      const lastHeld = entries.reduce((last, { token }, index) => (token ? index : last), -1);
      entries.splice(lastHeld + 1, 0, entry);
      entries = inOrder(entries);
    }
  }
  return entries;
}

const withFocus = (entries: Entry[], focus: string) =>
  entries.some(({ name }) => name === focus) ? focus : entries[0]?.name ?? "";

// Holds enough of what follows the focus, and has enough listed behind it.
export function holdAhead(): Promise<void> {
  const state = queue.value;
  const from = Math.max(0, indexOf(state, state.focus));
  if (state.entries.length - from < kListedAhead) readMore().catch(() => undefined);
  if (leasing) return leasing;
  const ahead = state.entries.slice(from).filter(({ token, gone }) => token && !gone).length;
  const open = state.entries.slice(from).some(({ token, gone }) => !token && !gone);
  if (ahead >= kHeldAhead || (nothingToLease && !open)) return Promise.resolve();
  const at = reading;
  let next: number | undefined; // milliseconds until it is worth asking again
  const mine: Promise<void> = (async () => {
    const { items } = await moderation.leaseNext({
      ...scope(), count: kHeldAhead + 2 - Math.min(ahead, kHeldAhead), leaseDuration: { seconds: kLeaseSeconds },
    });
    nothingToLease = items.length === 0;
    if (at !== reading) {
      await release(items.flatMap((item) => entryOf(item, item.lease?.token) ?? []));
      return;
    }
    const held = new Set(queue.value.entries.filter(({ token }) => token).map(({ name }) => name));
    const entries = take(queue.value, items);
    queue.set({ entries, focus: withFocus(entries, queue.value.focus), phase: "ready", error: undefined });
    void giveBackBehind();
    const names = items.flatMap(({ comment }) => comment?.name ?? []);
    // What came in front of the focus is given back, and would come again.
    const following = entries.slice(Math.max(0, indexOf(queue.value, queue.value.focus)));
    if (following.some(({ name, token, gone }) => token && !gone && !held.has(name))) next = 0;
    else if (names.some((name) => decidedHere(queue.value, name))) next = kLandingMs;
  })().finally(() => {
    if (leasing !== mine) return;
    leasing = undefined;
    // One may have decided meanwhile what came, faster than the server answers.
    if (next !== undefined) setTimeout(() => { if (at === reading) holdAhead().catch(() => undefined); }, next);
  });
  leasing = mine;
  return mine;
}

// Of what was passed over undecided only the newest few stay ours.
async function giveBackBehind(): Promise<void> {
  const { entries } = queue.value;
  const held = entries.filter(({ token }) => token);
  const from = Math.max(0, indexOf(queue.value, queue.value.focus));
  const behind = entries.slice(0, from).filter(({ token }) => token);
  await release(behind.slice(0, Math.max(0, held.length - kHeldMax)));
}

const changesOf = (entries: readonly Entry[]) =>
  entries.filter(({ token }) => token).map(({ name, token }) => ({ comment: name, leaseToken: token }));

export async function release(entries: readonly Entry[]): Promise<void> {
  const changes = changesOf(entries);
  if (!changes.length) return;
  const names = new Set(changes.map(({ comment }) => comment));
  queue.set({
    entries: queue.value.entries.map((entry) => (names.has(entry.name) ? unleased(entry) : entry)),
  });
  try {
    await moderation.updateLease({ changes });
  } catch {
    // They end by themselves.
  }
}

// What is being read is dropped as it comes, and what is being leased given back.
export function dropReading(): void {
  reading++;
}

export async function readQueue(change: Partial<Pick<QueueState, "filters" | "order">> = {}): Promise<void> {
  const at = ++reading;
  const before = queue.value.entries;
  nothingToLease = false;
  // What we hold would be shown as held, and not be leased again, until it is given back.
  const released = Promise.allSettled([leasing, Object.keys(change).length ? release(before) : undefined]);
  queue.set({ ...change, fresh: 0, ...(Object.keys(change).length ? { entries: [], nextPage: "", focus: "", phase: "loading", selected: new Set<string>() } : {}) });
  leasing = undefined;
  const known = new Set(queue.value.entries.map(({ name }) => name));
  try {
    // The held items come first and are shown at once; the list behind them follows.
    await released;
    if (at !== reading) return;
    const page = moderation.listQueue({ ...scope(), pageSize: kPageItems });
    page.catch(() => undefined);
    await holdAhead();
    const { items, nextPageToken } = await page;
    if (at !== reading) return;
    noticeSites(items.map(({ comment }) => siteOf(comment?.name ?? "")));
    // What is held, and what came by itself since, is not lost.
    const arrived = queue.value.entries.filter(({ name, token, gone }) => token || (!known.has(name) && !gone));
    const tokens = new Map(arrived.map((entry) => [entry.name, entry]));
    const listed = items.flatMap((item) => {
      const entry = entryOf(item);
      if (!entry || decidedHere(queue.value, entry.name)) return [];
      const held = tokens.get(entry.name);
      // How many are alike is told by the list alone.
      return [held ? { ...held, item: { ...held.item, alikeCount: item.alikeCount, campaign: item.campaign } } : entry];
    });
    const unlisted = arrived.filter((entry) => !listed.some(({ name }) => name === entry.name));
    const entries = inOrder([...unlisted, ...listed]);
    queue.set({ entries, nextPage: nextPageToken, phase: "ready", error: undefined, focus: withFocus(entries, queue.value.focus) });
  } catch (error) {
    if (at === reading) queue.set(queue.value.entries.length ? { phase: "ready" } : { phase: "failed", error });
  }
}

export function readMore(): Promise<void> {
  return (readingMore ??= readNextPage().finally(() => { readingMore = undefined; }));
}

async function readNextPage(): Promise<void> {
  const { nextPage } = queue.value;
  if (!nextPage) return;
  const at = reading;
  const { items, nextPageToken } = await moderation.listQueue({ ...scope(), pageSize: kPageItems, pageToken: nextPage });
  if (at !== reading) return;
  const entries = merge(queue.value.entries, items);
  queue.set({ entries, nextPage: nextPageToken, focus: withFocus(entries, queue.value.focus) });
}

// Who holds it now: that leases are taken and given back is not told by the stream.
export async function refreshLease(entry: Entry, list: List = queue): Promise<Entry> {
  const { item } = await moderation.getReview({ name: entry.name }).catch(() => ({ item: undefined }));
  const now = list.value.entries.find(({ name }) => name === entry.name) ?? entry;
  if (!item || now.token) return now;
  const fresh = { ...now, item: { ...now.item, lease: item.lease } };
  updateEntry(entry.name, { item: fresh.item }, list);
  return fresh;
}

// Extends the leases of the item in focus and of what follows it.
async function renew(): Promise<void> {
  const from = Math.max(0, indexOf(queue.value, queue.value.focus));
  const held = queue.value.entries.slice(from).filter(({ token, gone }) => token && !gone).slice(0, kHeldMax);
  if (!held.length || document.visibilityState === "hidden") return;
  const { held: still } = await moderation.updateLease({
    changes: held.map(({ name, token }) => ({
      comment: name, leaseToken: token, extension: { seconds: kLeaseSeconds },
    })),
  });
  const lost = new Set(held.filter((_, index) => !still[index]).map(({ name }) => name));
  if (lost.size) {
    queue.set({ entries: queue.value.entries.map((entry) => (lost.has(entry.name) ? unleased(entry) : entry)) });
  }
}

// While a view of the queue is open. Returns how to end it.
export function keepLeases(): () => void {
  const timer = setInterval(() => {
    renew().catch((error: unknown) => { if (!isAway(error)) console.warn("a lease could not be extended"); });
  }, kRenewMs);
  // Closing or reloading the page must not keep others waiting.
  const leave = () => {
    const changes = changesOf(queue.value.entries);
    if (changes.length) sendWhileLeaving("ModerationService/UpdateLease", { changes });
  };
  const comeBack = (event: PageTransitionEvent) => { if (event.persisted) void readQueue(); };
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", comeBack);
  return () => {
    clearInterval(timer);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", comeBack);
    dropReading();
    void release(queue.value.entries);
  };
}
