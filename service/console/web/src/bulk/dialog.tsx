// Many comments at once: first what it will hit, then the decision, with one undo for the whole.
import { useEffect, useRef, useState } from "preact/hooks";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { BulkSelectionSchema, PreviewBulkResponse } from "@gen/bulk_pb";
import { DecisionAction, QueueItem_Cause } from "@gen/moderation_pb";
import { explain } from "../api/errors";
import { moderation } from "../api/moderation";
import { count, plural } from "../lib/format";
import { siteName } from "../lib/names";
import { record, removeEntries } from "../queue/decide";
import { undoLast } from "../queue/undo";
import { holdAhead, release } from "../queue/load";
import { queue, type List } from "../queue/state";
import { Counts } from "../queue/history";
import { describeAction } from "../queue/words";
import { Dialog } from "../ui/dialog";
import { Failure, Loading, Time } from "../ui/parts";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";

export interface BulkPlan {
  title: string;
  // A bulk decision is of one site: several sites make several, undone together.
  parts: { site: string; selection: MessageInitShape<typeof BulkSelectionSchema> }[];
  action?: DecisionAction;
  // Names that leave the list when it is done; empty when it is to be read anew.
  names: string[];
}

const choices: [DecisionAction, string, string][] = [
  [DecisionAction.APPROVE, "Approve", "good"], [DecisionAction.SPAM, "Spam", "danger"], [DecisionAction.TRASH, "Trash", ""],
];

function sum(previews: readonly PreviewBulkResponse[], of: (preview: PreviewBulkResponse) => number): number {
  return previews.reduce((total, preview) => total + of(preview), 0);
}

function Preview({ previews, blind }: { previews: readonly PreviewBulkResponse[]; blind: boolean }) {
  const total = sum(previews, ({ bulk }) => bulk?.totalCount ?? 0);
  const leased = sum(previews, ({ leasedCount }) => leasedCount);
  const sample = previews.flatMap((preview) => preview.sample).slice(0, 6);
  const counts = previews.flatMap((preview) => preview.counts);
  const together = [...new Set(counts.map(({ status }) => status))].map((status) => ({
    ...counts.find((candidate) => candidate.status === status)!,
    count: counts.filter((candidate) => candidate.status === status).reduce((all, candidate) => all + candidate.count, 0),
  }));
  return (
    <>
      <p class="bulk-total">
        <strong>{plural(total, "comment", "comments")}</strong> by{" "}
        {plural(sum(previews, ({ authorCount }) => authorCount), "author", "authors")} from{" "}
        {plural(sum(previews, ({ networkCount }) => networkCount), "network", "networks")}
      </p>
      {blind
        ? <p class="notice">One or more were drawn blind: how they stand now is not shown, as it would tell what the machine said.</p>
        : <Counts counts={together} label="These by status" />}
      {leased > 0 && <p class="notice warn">{plural(leased, "is", "are")} held at this moment. What others still hold then is left alone.</p>}
      {previews.some(({ more }) => more) && <p class="notice warn">There are more than one decision takes. Decide these first.</p>}
      <ul class="excerpts">
        {sample.map((comment) => (
          <li key={comment.name}>
            <strong><Inline text={comment.author?.displayName || "No name"} max={30} /></strong>{" "}
            <Inline text={comment.body} max={120} /> <span class="muted"><Time at={comment.submitTime} narrow /></span>
          </li>
        ))}
      </ul>
      {total > sample.length && <p class="muted small">The newest of them. All {count(total)} are decided exactly as they are now.</p>}
    </>
  );
}

async function applyAll(previews: readonly PreviewBulkResponse[], action: DecisionAction, tell: (done: number) => void) {
  let decided = 0;
  let skipped = 0;
  for (const { bulk } of previews) {
    for (;;) {
      const answer = await moderation.applyBulk({ name: bulk?.name, action });
      tell(decided + (answer.bulk?.decidedCount ?? 0));
      if (!answer.bulk || answer.bulk.remainingCount === 0) {
        decided += answer.bulk?.decidedCount ?? 0;
        skipped += answer.bulk?.skippedCount ?? 0;
        break;
      }
    }
  }
  return { decided, skipped };
}

interface Props {
  plan: BulkPlan;
  list?: List;
  onClose: () => void;
  onDone: () => void;
}

export function BulkDialog({ plan, list = queue, onClose, onDone }: Props) {
  const [previews, setPreviews] = useState<PreviewBulkResponse[]>();
  const [error, setError] = useState<unknown>();
  const [done, setDone] = useState<number>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    setError(undefined);
    // A bulk decision leaves alone what anybody holds, ourselves included.
    release(queue.value.entries)
      .then(() => Promise.all(plan.parts.map(({ site, selection }) => moderation.previewBulk({ parent: siteName(site), selection }))))
      .then(setPreviews, setError);
    return () => { if (list === queue) holdAhead().catch(() => undefined); };
  }, [plan, tries]);

  const run = async (action: DecisionAction) => {
    setDone(0);
    const bulks = previews!.flatMap(({ bulk }) => bulk?.name ?? []);
    try {
      const { decided, skipped } = await applyAll(previews!, action, setDone);
      record({ action, at: 0, list, bulks, count: decided, state: "done", settled: Promise.resolve() });
      removeEntries(new Set(plan.names), list);
      const left = skipped ? ` ${plural(skipped, "was", "were")} left alone: somebody was faster or holds them.` : "";
      say(`${plural(decided, "comment", "comments")} ${describeAction(action)}.${left}`, "good",
        { label: "Undo", run: () => void undoLast(onDone) });
      onDone();
      onClose();
    } catch (reason) {
      // What went through can be undone all the same.
      record({ action, at: 0, list, bulks, count: 0, state: "done", settled: Promise.resolve() });
      say(`The rest was not decided: ${explain(reason)}`, "bad", { label: "Undo what was", run: () => void undoLast(onDone) });
      onDone();
      onClose();
    }
  };

  // One act was asked for: Enter does it, once it is shown what it hits.
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (previews && plan.action !== undefined) confirm.current?.focus(); }, [previews]);
  const offered = choices.filter(([action]) => plan.action === undefined || plan.action === action);
  const blind = list.value.entries.some(({ name, item }) => plan.names.includes(name) && item.cause === QueueItem_Cause.BLIND_SAMPLE);
  const none = previews && sum(previews, ({ bulk }) => bulk?.totalCount ?? 0) === 0;
  return (
    <Dialog title={plan.title} onClose={done === undefined ? onClose : undefined} wide>
      {error !== undefined && <Failure error={error} retry={() => setTries(tries + 1)} />}
      {!previews && error === undefined && <Loading what="what it would hit" />}
      {none && <p>Nothing of it waits any more.</p>}
      {previews && !none && <Preview previews={previews} blind={blind} />}
      <div class="form-actions">
        {done !== undefined && <span class="muted" role="status">{count(done)} decided …</span>}
        <button type="button" class="button" onClick={onClose} disabled={done !== undefined}>Cancel</button>
        {previews && !none && offered.map(([action, words, look]) => (
          <button key={action} ref={confirm} type="button" class={`button ${look}`} disabled={done !== undefined} onClick={() => void run(action)}>
            {words} {count(sum(previews, ({ bulk }) => bulk?.totalCount ?? 0))}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
