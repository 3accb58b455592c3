// The queue as one moderator sees it: the items in the order of the server, those held by a lease among them, and what was
// decided here.
import type { Comment } from "@gen/comment_pb";
import type { DecisionAction, QueueItem } from "@gen/moderation_pb";
import { QueueItem_Cause } from "@gen/moderation_pb";
import { EscalationFilter, QueueOrder, type QueueStats } from "@gen/moderation_service_pb";
import { Store } from "../lib/store";
import { session } from "../session/state";

export interface Filters {
  site: string; // "" for every site
  cause: QueueItem_Cause;
  text: string;
  authorId: string;
  network: string;
  language: string;
  reason: string;
  campaign: string;
  thread: string;
  probabilityMin?: number;
  probabilityMax?: number;
  escalation: EscalationFilter;
}

export const noFilters: Filters = {
  site: "", cause: QueueItem_Cause.UNSPECIFIED, text: "", authorId: "", network: "", language: "", reason: "",
  campaign: "", thread: "", escalation: EscalationFilter.UNSPECIFIED,
};

export interface Entry {
  name: string;
  comment: Comment;
  item: QueueItem;
  token: string; // of our lease; "" when we do not hold it
  // Somebody else was faster: the words for it. The entry stays until the moderator moves on.
  gone?: string;
}

// A list of comments with one in focus: the queue, a folder, what a search found.
export interface ListState {
  entries: Entry[];
  focus: string; // name of the comment in focus; "" for none
  selected: ReadonlySet<string>;
}

export interface List {
  readonly value: Readonly<ListState>;
  set(patch: Partial<ListState>): void;
}

// One act that can be undone: one decision, a bulk of them, an escalation, a block.
export interface Act {
  id: number;
  action: DecisionAction;
  entry?: Entry; // absent for a bulk, and for what was decided before the page was loaded
  comment?: string; // its name
  at: number; // where the entry stood
  list: List;
  stays?: boolean; // decided comments stay in the list
  bulks: string[]; // "sites/{site}/bulks/{bulk}"
  count: number;
  hasNote?: boolean;
  decision?: string; // "sites/{site}/decisions/{decision}"
  escalated?: boolean; // decides nothing: `comment` was left to the operators
  rule?: string; // decides nothing: "sites/{site}/rules/{rule}" that a block made
  state: "sending" | "waiting" | "done" | "refused" | "undone";
  settledAt?: number; // when the server had answered, by Date.now()
  settled: Promise<void>;
}

export interface QueueState extends ListState {
  phase: "loading" | "ready" | "failed";
  error?: unknown;
  filters: Filters;
  order: QueueOrder;
  nextPage: string;
  stats?: QueueStats;
  link: "connecting" | "live" | "lost";
  acts: Act[];
  // Arrived since the queue was read, while filters or the order keep us from placing it.
  fresh: number;
}

export const queue = new Store<QueueState>({
  phase: "loading", filters: noFilters, order: QueueOrder.OLDEST, entries: [], nextPage: "", focus: "",
  selected: new Set(), link: "connecting", acts: [], fresh: 0,
});

export const entryOf = (item: QueueItem, token = ""): Entry | undefined =>
  item.comment && { name: item.comment.name, comment: item.comment, item, token };

export const indexOf = (state: Readonly<ListState>, name: string): number =>
  state.entries.findIndex((entry) => entry.name === name);

export const focused = (state: Readonly<ListState>): Entry | undefined =>
  state.entries.find((entry) => entry.name === state.focus);

export const filtersSet = (filters: Filters): number =>
  (Object.keys(noFilters) as (keyof Filters)[]).filter((key) => key !== "site" && filters[key] !== noFilters[key]).length +
  Number(filters.probabilityMin !== undefined) + Number(filters.probabilityMax !== undefined);

// The same without our lease, which has ended: what the item says of it is no longer so.
export const unleased = (entry: Entry): Entry => ({ ...entry, token: "", item: { ...entry.item, lease: undefined } });

const heldUntil = (entry: Entry) => Number(entry.item.lease?.expireTime?.seconds ?? 0) * 1000;
// By the name that is shown; two people who share one are told apart by the server.
const isOurs = (entry: Entry) => entry.item.lease?.holder === session.value.person?.displayName;

// Somebody else holds it. One's own leases, of another window or of one that is gone, keep nobody from working.
export const heldBy = (entry: Entry): string =>
  !entry.token && heldUntil(entry) > Date.now() && !isOurs(entry) ? entry.item.lease?.holder || "somebody else" : "";

export const heldElsewhere = (entry: Entry): boolean => !entry.token && heldUntil(entry) > Date.now() && isOurs(entry);

const kUnderWayMs = 10_000;

// Decided here: an answer or a change that was under way meanwhile tells what was before.
export const decidedHere = (state: Readonly<QueueState>, name: string): boolean =>
  state.acts.some((act) => act.comment === name && act.state !== "undone" && act.state !== "refused" &&
    Date.now() - (act.settledAt ?? Date.now()) < kUnderWayMs);

export function updateEntry(name: string, change: Partial<Entry>, list: List = queue): void {
  list.set({ entries: list.value.entries.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)) });
}

export function toggleSelected(list: List, name: string): void {
  const selected = new Set(list.value.selected);
  if (!selected.delete(name)) selected.add(name);
  list.set({ selected });
}
