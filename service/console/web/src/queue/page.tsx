// The queue: one comment in focus, what waits beside it, and why it is here.
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { DecisionAction, QueueItem_Cause } from "@gen/moderation_pb";
import { EscalateDialog } from "../acts/dialogs";
import { isAway } from "../api/errors";
import { planOfCampaign } from "../bulk/plans";
import { count, plural } from "../lib/format";
import { useKeys } from "../lib/keys";
import { useStore } from "../lib/store";
import { places } from "../places";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Empty, Failure, Loading } from "../ui/parts";
import { ActionBar } from "./actions";
import { Card } from "./card";
import { recordEscalation, removeEntries } from "./decide";
import { FilterChips, FilterForm, filterLabel, OrderSelect } from "./filters";
import { QueueList } from "./list";
import { holdAhead, keepLeases, readMore, readQueue, refreshLease } from "./load";
import { Beside, ReviewDialogs, useReview } from "./review";
import { filtersSet, focused, heldBy, indexOf, noFilters, queue, toggleSelected, updateEntry, type Filters } from "./state";
import { undoLast } from "./undo";
import { watchQueue } from "./watch";
import { plainName } from "../lib/text";

const kLookAgainMs = 2_000;

function move(step: number): void {
  const { entries, focus } = queue.value;
  const at = indexOf(queue.value, focus);
  const next = entries[Math.min(entries.length - 1, Math.max(0, at + step))];
  if (!next) return;
  const passed = entries[at];
  queue.set({ focus: next.name });
  if (passed?.gone) removeEntries(new Set([passed.name]));
  holdAhead().catch(() => undefined);
}

// `round`: begins anew, as after the right to it was gone and has been given back.
function useQueue(site: string, round: number) {
  useEffect(() => {
    const { filters } = queue.value;
    if (filters.site !== site) void readQueue({ filters: { ...noFilters, site } });
    else void readQueue(); // what happened while another view was open
    const stop = new AbortController();
    void watchQueue(site, stop.signal);
    const endLeases = keepLeases();
    return () => { stop.abort(); endLeases(); };
  }, [site, round]);
}

function Toolbar({ onFilters }: { onFilters: () => void }) {
  const filters = useStore(queue, (value) => value.filters);
  const order = useStore(queue, (value) => value.order);
  const fresh = useStore(queue, (value) => value.fresh);
  const [text, setText] = useState(filters.text);
  useEffect(() => setText(filters.text), [filters.text]);
  const change = (next: Filters) => void readQueue({ filters: next });
  return (
    <div class="toolbar">
      <form class="search-box" role="search" onSubmit={(event) => { event.preventDefault(); change({ ...filters, text: text.trim() }); }}>
        <Icon name="search" />
        <input id="queue-search" type="search" placeholder="Search what waits" aria-label="Search what waits" maxLength={200}
          value={text} onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.currentTarget.blur();
            if (filters.text) change({ ...filters, text: "" }); // the browser empties the field: so it is meant
          }} />
        <kbd aria-hidden="true">/</kbd>
      </form>
      <OrderSelect value={order} onChange={(next) => void readQueue({ order: next })} />
      <button type="button" class="button" onClick={onFilters}><Icon name="filter" />{filterLabel(filters)}</button>
      {fresh > 0 && (
        <button type="button" class="button fresh" onClick={() => void readQueue()}>{plural(fresh, "new comment", "new comments")}</button>
      )}
      <FilterChips filters={filters} onChange={change} />
    </div>
  );
}

function NothingWaits() {
  const filters = useStore(queue, (value) => value.filters);
  const acts = useStore(queue, (value) => value.acts);
  const decided = acts.filter(({ state }) => state === "done").reduce((all, { count }) => all + count, 0);
  if (filtersSet(filters)) {
    return (
      <Empty icon="filter" title="Nothing like that waits">
        <p>Other comments may.</p>
        <button type="button" class="button" onClick={() => void readQueue({ filters: { ...noFilters, site: filters.site } })}>
          Show all that waits
        </button>
      </Empty>
    );
  }
  return (
    <Empty icon="check" title="Nothing waits for you">
      <p>
        {decided > 0 ? `You decided ${plural(decided, "comment", "comments")} since you opened this page. ` : ""}
        New ones appear here by themselves.
      </p>
    </Empty>
  );
}

export function QueuePage({ site }: { site: string }) {
  const [round, setRound] = useState(0);
  useQueue(site, round);
  const state = useStore(queue, (value) => value);
  const review = useReview(queue, state);
  const { setOpened, setPlan, listShown, setListShown, entry, at, context, onEntry, actOn } = review;

  // What only comes with the review: live arrivals do not tell how many are alike.
  const reviewed = context.review?.item;
  useEffect(() => {
    if (!entry || !reviewed) return;
    const { alikeCount, campaign, noteCount, escalation } = reviewed;
    if ((alikeCount && alikeCount !== entry.item.alikeCount) || noteCount !== entry.item.noteCount) {
      updateEntry(entry.name, { item: { ...entry.item, ...(alikeCount ? { alikeCount, campaign } : {}), noteCount, escalation } });
    }
  }, [reviewed]);

  // Whoever holds it may give it back at any time.
  const held = entry && heldBy(entry) ? entry.name : "";
  useEffect(() => {
    if (!held) return;
    const timer = setInterval(() => {
      const now = focused(queue.value);
      if (now?.name === held) void refreshLease(now).then((fresh) => { if (!heldBy(fresh)) return holdAhead(); }).catch(() => undefined);
    }, kLookAgainMs);
    return () => clearInterval(timer);
  }, [held]);

  const search = () => document.getElementById("queue-search")?.focus();
  useKeys("Queue", [
    { key: "j", does: "Next comment", run: () => move(1) },
    { key: "k", does: "Comment before", run: () => move(-1) },
    { key: "a", does: "Approve", run: actOn(DecisionAction.APPROVE) },
    { key: "s", does: "Spam", run: actOn(DecisionAction.SPAM) },
    { key: "t", does: "Trash: remove it, teach nothing", run: actOn(DecisionAction.TRASH) },
    { key: "u", does: "Undo the last decision, escalation or block", run: () => void undoLast() },
    { key: "x", does: "Select for a decision about many", run: onEntry(({ name }) => toggleSelected(queue, name)) },
    { key: "e", does: "Escalate to an operator", run: onEntry(() => setOpened("escalate")) },
    { key: "r", does: "Decide with a reason", run: onEntry(() => setOpened("reason")) },
    { key: "n", does: "Add a private note", run: onEntry(() => setOpened("note")) },
    { key: "b", does: "Block the author, network or website", run: onEntry(() => setOpened("block")) },
    { key: "c", does: "All alike to this one", run: onEntry((one) => { if (one.item.alikeCount > 1) setPlan(planOfCampaign(one)); }) },
    { key: "f", does: "Filters", run: () => setOpened("filters") },
    { key: "/", does: "Search what waits", run: search },
    { key: "Escape", does: "Clear the selection", run: () => queue.set({ selected: new Set() }) },
    { key: "ArrowDown", does: "", run: () => move(1), hidden: true },
    { key: "ArrowUp", does: "", run: () => move(-1), hidden: true },
  ]);

  const total = Math.max(Number(state.stats?.pendingCount ?? 0), state.entries.length);
  const place = `${count(at + 1)} of ${count(filtersSet(state.filters) ? state.entries.length : total)}`;
  let middle: ComponentChildren;
  if (entry) {
    middle = (
      <>
        <Card entry={entry} context={context} place={place} onCampaign={() => setPlan(planOfCampaign(entry))} />
        <Beside entry={entry} context={context} review={review} blind={entry.item.cause === QueueItem_Cause.BLIND_SAMPLE} />
      </>
    );
  } else if (state.phase === "loading") {
    middle = <Loading what="what waits" />;
  } else if (state.phase === "failed") {
    middle = <Failure error={state.error} retry={() => { if (isAway(state.error)) void readQueue(); else setRound(round + 1); }} />;
  } else {
    middle = <NothingWaits />;
  }

  return (
    <div class={`queue-page${listShown ? " list-shown" : ""}${entry ? "" : " nothing"}`}>
      <h1 class="sr">Queue</h1>
      <div class="sr" role="status" aria-live="polite">
        {entry && `Comment ${place}, by ${plainName(entry.comment.author?.displayName ?? "") || "no name"}`}
      </div>
      <Toolbar onFilters={() => setOpened("filters")} />
      <aside class="list-pane">
        <QueueList entries={state.entries} focus={state.focus} selected={state.selected} showSite={!site && places.value.sites.length !== 1}
          more={Boolean(state.nextPage)} onFocus={(name) => { queue.set({ focus: name }); setListShown(false); holdAhead().catch(() => undefined); }}
          onSelect={(name) => toggleSelected(queue, name)} onMore={() => void readMore()} />
      </aside>
      <div class="focus-pane">{middle}</div>
      <ActionBar entry={entry} selected={state.selected.size} acts={state.acts} onAct={actOn} onOpen={setOpened}
        onList={() => setListShown(!listShown)} onMove={move} onUndo={() => void undoLast()}
        onSelectAll={() => queue.set({ selected: new Set(state.entries.map(({ name }) => name)) })}
        onClear={() => queue.set({ selected: new Set() })} />
      {entry && review.opened === "escalate" && (
        <EscalateDialog comment={entry.comment} onClose={() => setOpened("")}
          onDone={() => { recordEscalation(entry); removeEntries(new Set([entry.name])); holdAhead().catch(() => undefined); }} />
      )}
      {review.opened === "filters" && (
        <Dialog title="Filters" onClose={() => setOpened("")}>
          <FilterForm filters={state.filters} onChange={(filters) => void readQueue({ filters })} onClose={() => setOpened("")} />
        </Dialog>
      )}
      <ReviewDialogs review={review} onBulkDone={() => void readQueue()} />
    </div>
  );
}
