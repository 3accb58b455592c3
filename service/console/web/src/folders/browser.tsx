// Comments that a search found, or that lie in a folder: a list, one in focus with all that is known of it, and the same
// acts by the same keys as in the queue.
import { create } from "@bufbuild/protobuf";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Comment } from "@gen/comment_pb";
import { DecisionAction, QueueItemSchema } from "@gen/moderation_pb";
import { BlockDialog, NoteDialog, ReasonDialog } from "../acts/dialogs";
import { BulkDialog, type BulkPlan } from "../bulk/dialog";
import { planOfAuthor, planOfNetwork, planOfSelection } from "../bulk/plans";
import { count } from "../lib/format";
import { useKeys } from "../lib/keys";
import { Store, useStore } from "../lib/store";
import { places } from "../places";
import { ActionBar } from "../queue/actions";
import { Card } from "../queue/card";
import { forgetContext, readContext, useContext } from "../queue/context";
import { decide, undoLast } from "../queue/decide";
import { Evidence } from "../queue/evidence";
import { AuthorPanel, NotesPanel } from "../queue/history";
import { QueueList } from "../queue/list";
import { focused, indexOf, queue, toggleSelected, type Entry, type ListState } from "../queue/state";
import { Failure, Loading } from "../ui/parts";

const entryFor = (comment: Comment): Entry => ({
  name: comment.name, comment, item: create(QueueItemSchema, { comment }), token: "",
});

interface Props {
  // A page of comments. Read anew when `of` changes.
  read: (token: string) => Promise<{ comments: Comment[]; next: string }>;
  of: string;
  site: string;
  // Decided comments stay in the list, with their new status.
  stays: boolean;
  tools: ComponentChildren;
  title: string;
  empty: ComponentChildren;
}

function useFolder({ read, of }: Props) {
  const [list] = useState(() => new Store<ListState>({ entries: [], focus: "", selected: new Set() }));
  const [state, setState] = useState<{ phase: "loading" | "ready" | "failed"; error?: unknown; next: string }>({ phase: "loading", next: "" });
  const [version, setVersion] = useState(0);
  // A page may be short or empty although more follow.
  const readFrom = async (token: string): Promise<{ comments: Comment[]; next: string }> => {
    const page = await read(token);
    return page.comments.length || !page.next ? page : readFrom(page.next);
  };
  useEffect(() => {
    let current = true;
    setState({ phase: "loading", next: "" });
    list.set({ entries: [], focus: "", selected: new Set() });
    readFrom("").then(({ comments, next }) => {
      if (!current) return;
      list.set({ entries: comments.map(entryFor), focus: comments[0]?.name ?? "" });
      setState({ phase: "ready", next });
    }, (error: unknown) => { if (current) setState({ phase: "failed", error, next: "" }); });
    return () => { current = false; };
  }, [of, version]);
  const more = async () => {
    if (!state.next) return;
    const { comments, next } = await readFrom(state.next);
    const known = new Set(list.value.entries.map(({ name }) => name));
    list.set({ entries: [...list.value.entries, ...comments.filter(({ name }) => !known.has(name)).map(entryFor)] });
    setState({ phase: "ready", next });
  };
  return { list, ...state, more, reload: () => setVersion(version + 1) };
}

type Opened = "note" | "block" | "reason" | "";

export function CommentBrowser(props: Props) {
  const { list, phase, error, next, more, reload } = useFolder(props);
  const state = useStore(list, (value) => value);
  const acts = useStore(queue, (value) => value.acts);
  const [opened, setOpened] = useState<Opened>("");
  const [plan, setPlan] = useState<BulkPlan>();
  const [version, setVersion] = useState(0);
  const [listShown, setListShown] = useState(false);
  const entry = focused(state);
  const at = indexOf(state, state.focus);
  const context = useContext(entry?.name, entry?.comment.etag ?? "", version);
  const following = state.entries[at + 1];
  useEffect(() => { if (following) void readContext(following.name, following.comment.etag); }, [following?.name]);

  const move = (step: number) => {
    const target = state.entries[Math.min(state.entries.length - 1, Math.max(0, at + step))];
    if (target) list.set({ focus: target.name });
    if (at > state.entries.length - 10) void more().catch(() => undefined);
  };
  const actOn = (action: DecisionAction) => () => {
    if (state.selected.size) setPlan(planOfSelection(state.entries, state.selected, action));
    else if (entry) decide(entry, action, {}, list, props.stays);
  };
  const onEntry = (run: (one: Entry) => void) => () => { if (entry) run(entry); };
  useKeys(props.title, [
    { key: "j", does: "Next comment", run: () => move(1) },
    { key: "k", does: "Comment before", run: () => move(-1) },
    { key: "a", does: "Approve: it was good", run: actOn(DecisionAction.APPROVE) },
    { key: "s", does: "Spam", run: actOn(DecisionAction.SPAM) },
    { key: "t", does: "Trash", run: actOn(DecisionAction.TRASH) },
    { key: "h", does: "Back to the queue", run: actOn(DecisionAction.HOLD) },
    { key: "u", does: "Undo the last act", run: () => void undoLast() },
    { key: "x", does: "Select for a decision about many", run: onEntry(({ name }) => toggleSelected(list, name)) },
    { key: "r", does: "Decide with a reason", run: onEntry(() => setOpened("reason")) },
    { key: "n", does: "Add a private note", run: onEntry(() => setOpened("note")) },
    { key: "b", does: "Block the author, network or website", run: onEntry(() => setOpened("block")) },
    { key: "/", does: "Search", run: () => document.getElementById("folder-search")?.focus() },
    { key: "Escape", does: "Clear the selection", run: () => list.set({ selected: new Set() }) },
    { key: "ArrowDown", does: "", run: () => move(1), hidden: true },
    { key: "ArrowUp", does: "", run: () => move(-1), hidden: true },
  ]);
  const again = () => { if (entry) forgetContext(entry.name); setVersion(version + 1); };
  const place = `${count(at + 1)} of ${count(state.entries.length)}${next ? "+" : ""}`;

  return (
    <div class={`queue-page${listShown ? " list-shown" : ""}`}>
      <h1 class="sr">{props.title}</h1>
      <div class="sr" role="status" aria-live="polite">{entry && `Comment ${place}, by ${entry.comment.author?.displayName || "no name"}`}</div>
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
            <div class="beside">
              <Evidence assessment={entry.comment.assessment} />
              <AuthorPanel history={context.history} read={context.read} current={entry.name}
                onBulk={(by) => setPlan(by === "author" ? planOfAuthor(entry) : planOfNetwork(entry))} />
              <NotesPanel notes={context.review?.notes ?? []} decisions={context.review?.decisions ?? []} onNote={() => setOpened("note")} />
            </div>
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
      {entry && opened === "note" && <NoteDialog comment={entry.comment} onClose={() => setOpened("")} onDone={again} />}
      {entry && opened === "block" && <BlockDialog comment={entry.comment} onClose={() => setOpened("")} onDone={again} />}
      {entry && opened === "reason" && (
        <ReasonDialog comment={entry.comment} onClose={() => setOpened("")}
          onDecide={(action, options) => decide(entry, action, options, list, props.stays)} />
      )}
      {plan && <BulkDialog plan={plan} list={list} onClose={() => setPlan(undefined)} onDone={reload} />}
    </div>
  );
}
