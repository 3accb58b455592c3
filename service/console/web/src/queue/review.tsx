// What the queue and the folders share around the comment in focus: what is known of it, its dialogs, and what is meant for
// many.
import { useEffect, useState } from "preact/hooks";
import type { DecisionAction } from "@gen/moderation_pb";
import { BlockDialog, NoteDialog, ReasonDialog } from "../acts/dialogs";
import { BulkDialog, type BulkPlan } from "../bulk/dialog";
import { planOfAuthor, planOfNetwork, planOfSelection } from "../bulk/plans";
import { forgetContext, readContext, useContext, type Context } from "./context";
import { decide, type DecideOptions } from "./decide";
import { Evidence } from "./evidence";
import { AuthorPanel, NotesPanel } from "./history";
import { focused, indexOf, type Entry, type List, type ListState } from "./state";

export type Opened = "note" | "escalate" | "block" | "reason" | "filters" | "";

// `state` is what `list` holds. `stays`: decided comments stay in the list.
export function useReview(list: List, state: ListState, stays = false) {
  const [opened, setOpened] = useState<Opened>("");
  const [plan, setPlan] = useState<BulkPlan>();
  const [version, setVersion] = useState(0);
  const [listShown, setListShown] = useState(false);
  const entry = focused(state);
  const at = indexOf(state, state.focus);
  const context = useContext(entry?.name, entry?.comment.etag ?? "", version);
  // Where the list lies over the comment, it opens at the one in focus.
  useEffect(() => { if (listShown) document.querySelector(".line.current")?.scrollIntoView({ block: "center" }); }, [listShown]);
  const next = state.entries[at + 1];
  useEffect(() => { if (next) void readContext(next.name, next.comment.etag); }, [next?.name]);
  const decideOne = (one: Entry, action: DecisionAction, options: DecideOptions = {}) => decide(one, action, options, list, stays);
  return {
    list, opened, setOpened, plan, setPlan, listShown, setListShown, entry, at, context, decideOne,
    onEntry: (run: (one: Entry) => void) => () => { if (entry) run(entry); },
    actOn: (action: DecisionAction) => () => {
      if (state.selected.size) setPlan(planOfSelection(state.entries, state.selected, action));
      else if (entry) decideOne(entry, action);
    },
    again: () => {
      if (entry) forgetContext(entry.name);
      setVersion(version + 1);
    },
  };
}

type Review = ReturnType<typeof useReview>;

interface BesideProps {
  entry: Entry;
  context: Context;
  review: Review;
  blind?: boolean;
}

// Why it is here, who wrote it, and what was said of it.
export function Beside({ entry, context, review, blind }: BesideProps) {
  return (
    <div class="beside">
      <Evidence comment={entry.comment} blind={blind} />
      <AuthorPanel history={context.history} read={context.read} current={entry.name}
        onBulk={(by) => review.setPlan(by === "author" ? planOfAuthor(entry) : planOfNetwork(entry))} />
      <NotesPanel notes={context.review?.notes ?? []} decisions={context.review?.decisions ?? []} onNote={() => review.setOpened("note")} />
    </div>
  );
}

export function ReviewDialogs({ review, onBulkDone }: { review: Review; onBulkDone: () => void }) {
  const { entry, opened, setOpened, plan, setPlan, again } = review;
  const close = () => setOpened("");
  return (
    <>
      {entry && opened === "note" && <NoteDialog comment={entry.comment} onClose={close} onDone={again} />}
      {entry && opened === "block" && <BlockDialog comment={entry.comment} onClose={close} onDone={again} />}
      {entry && opened === "reason" && (
        <ReasonDialog comment={entry.comment} onClose={close} onDecide={(action, options) => review.decideOne(entry, action, options)} />
      )}
      {plan && <BulkDialog plan={plan} list={review.list} onClose={() => setPlan(undefined)} onDone={onBulkDone} />}
    </>
  );
}
