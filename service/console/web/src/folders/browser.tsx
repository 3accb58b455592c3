// Comments that a search found, or that lie in a folder: a list, one in focus with all that is known of it, and the same
// acts by the same keys as in the queue.
import { create } from "@bufbuild/protobuf";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CommentStatus, type Comment } from "@gen/comment_pb";
import { DecisionAction, QueueItem_Cause, QueueItemSchema, type QueueItem } from "@gen/moderation_pb";
import { count } from "../lib/format";
import { useKeys } from "../lib/keys";
import { Store, useStore } from "../lib/store";
import { places } from "../places";
import { ActionBar } from "../queue/actions";
import { Card } from "../queue/card";
import { QueueList } from "../queue/list";
import { Beside, ReviewDialogs, useReview } from "../queue/review";
import { queue, toggleSelected, type Entry, type ListState } from "../queue/state";
import { undoLast } from "../queue/undo";
import { Failure, Loading } from "../ui/parts";
import { plainName } from "../lib/text";

// Only what waits to be judged blind is told as pending with an empty assessment.
const causeOf = ({ assessment, status }: Comment) =>
  status === CommentStatus.PENDING && !assessment?.modelId && !assessment?.policyRevision
    ? QueueItem_Cause.BLIND_SAMPLE : QueueItem_Cause.UNSPECIFIED;

const entryFor = (comment: Comment, item?: QueueItem): Entry => ({
  name: comment.name, comment, item: item ?? create(QueueItemSchema, { comment, cause: causeOf(comment) }), token: "",
});

interface Page {
  comments: Comment[];
  item?: QueueItem; // of the only one, where it waits
  next: string;
}

interface Props {
  // A page of comments. Read anew when `of` changes.
  read: (token: string) => Promise<Page>;
  of: string;
  site: string;
  // Decided comments stay in the list, with their new status.
  stays: boolean;
  alone?: boolean; // one comment, by its address: no list
  tools: ComponentChildren;
  title: string;
  empty: ComponentChildren;
}

function useFolder({ read, of }: Props) {
  const [list] = useState(() => new Store<ListState>({ entries: [], focus: "", selected: new Set() }));
  const [state, setState] = useState<{ phase: "loading" | "ready" | "failed"; error?: unknown; next: string }>({ phase: "loading", next: "" });
  const [version, setVersion] = useState(0);
  // A page may be short or empty although more follow.
  const readFrom = async (token: string): Promise<Page> => {
    const page = await read(token);
    return page.comments.length || !page.next ? page : readFrom(page.next);
  };
  useEffect(() => {
    let current = true;
    setState({ phase: "loading", next: "" });
    list.set({ entries: [], focus: "", selected: new Set() });
    readFrom("").then(({ comments, item, next }) => {
      if (!current) return;
      list.set({ entries: comments.map((comment) => entryFor(comment, item)), focus: comments[0]?.name ?? "" });
      setState({ phase: "ready", next });
    }, (error: unknown) => { if (current) setState({ phase: "failed", error, next: "" }); });
    return () => { current = false; };
  }, [of, version]);
  const more = async () => {
    if (!state.next) return;
    const { comments, next } = await readFrom(state.next);
    const known = new Set(list.value.entries.map(({ name }) => name));
    list.set({ entries: [...list.value.entries, ...comments.filter(({ name }) => !known.has(name)).map((comment) => entryFor(comment))] });
    setState({ phase: "ready", next });
  };
  return { list, ...state, more, reload: () => setVersion(version + 1) };
}

export function CommentBrowser(props: Props) {
  const { list, phase, error, next, more, reload } = useFolder(props);
  const state = useStore(list, (value) => value);
  const acts = useStore(queue, (value) => value.acts);
  const review = useReview(list, state, props.stays);
  const { setOpened, listShown, setListShown, entry, at, context, onEntry, actOn } = review;

  const move = (step: number) => {
    const target = state.entries[Math.min(state.entries.length - 1, Math.max(0, at + step))];
    if (target) list.set({ focus: target.name });
    if (at > state.entries.length - 10) void more().catch(() => undefined);
  };
  useKeys(props.title, [
    { key: "j", does: "Next comment", run: () => move(1) },
    { key: "k", does: "Comment before", run: () => move(-1) },
    { key: "a", does: "Approve: it was good", run: actOn(DecisionAction.APPROVE) },
    { key: "s", does: "Spam", run: actOn(DecisionAction.SPAM) },
    { key: "t", does: "Trash", run: actOn(DecisionAction.TRASH) },
    { key: "h", does: "Back to the queue", run: actOn(DecisionAction.HOLD) },
    { key: "u", does: "Undo the last decision, escalation or block", run: () => void undoLast() },
    { key: "x", does: "Select for a decision about many", run: onEntry(({ name }) => toggleSelected(list, name)) },
    { key: "r", does: "Decide with a reason", run: onEntry(() => setOpened("reason")) },
    { key: "n", does: "Add a private note", run: onEntry(() => setOpened("note")) },
    { key: "b", does: "Block the author, network or website", run: onEntry(() => setOpened("block")) },
    { key: "/", does: "Search", run: () => document.getElementById("folder-search")?.focus() },
    { key: "Escape", does: "Clear the selection", run: () => list.set({ selected: new Set() }) },
    { key: "ArrowDown", does: "", run: () => move(1), hidden: true },
    { key: "ArrowUp", does: "", run: () => move(-1), hidden: true },
  ]);
  const place = props.alone ? "" : `${count(at + 1)} of ${count(state.entries.length)}${next ? "+" : ""}`;

  return (
    <div class={`queue-page${listShown ? " list-shown" : ""}${props.alone ? " alone-page" : ""}`}>
      <h1 class="sr">{props.title}</h1>
      <div class="sr" role="status" aria-live="polite">{entry && `Comment ${place}${place && ", "}by ${plainName(entry.comment.author?.displayName ?? "") || "no name"}`}</div>
      <div class="toolbar">{props.tools}</div>
      <aside class="list-pane">
        <QueueList entries={state.entries} focus={state.focus} selected={state.selected} folder more={Boolean(next)}
          showSite={!props.site && places.value.sites.length !== 1}
          onFocus={(name) => { list.set({ focus: name }); setListShown(false); }}
          onSelect={(name) => toggleSelected(list, name)} onMore={() => void more()} />
      </aside>
      <div class="focus-pane">
        {entry && (
          <>
            <Card entry={entry} context={context} place={place} folder onCampaign={() => undefined} />
            <Beside entry={entry} context={context} review={review} blind={entry.item.cause === QueueItem_Cause.BLIND_SAMPLE} />
          </>
        )}
        {!entry && phase === "loading" && <Loading what="comments" />}
        {!entry && phase === "failed" && <Failure error={error} retry={reload} />}
        {!entry && phase === "ready" && props.empty}
      </div>
      <ActionBar entry={entry} selected={state.selected.size} acts={acts} folder onAct={actOn}
        onOpen={(dialog) => { if (dialog !== "escalate") setOpened(dialog); }} onList={() => setListShown(!listShown)} onMove={move}
        onUndo={() => void undoLast()} onSelectAll={() => list.set({ selected: new Set(state.entries.map(({ name }) => name)) })}
        onClear={() => list.set({ selected: new Set() })} />
      <ReviewDialogs review={review} onBulkDone={reload} />
    </div>
  );
}
