// What the site has of a comment's author and network, and what was written and decided before.
import { CommentStatus } from "@gen/comment_pb";
import type { AuthorHistory, CommentStatusCount } from "@gen/comment_search_pb";
import type { Decision } from "@gen/moderation_pb";
import { DecisionAction } from "@gen/moderation_pb";
import type { CommentNote } from "@gen/review_pb";
import { count, plural } from "../lib/format";
import { Time } from "../ui/parts";
import { Inline } from "../ui/text";
import { describeAction, inWords, describeStatus } from "./words";

const order = [CommentStatus.APPROVED, CommentStatus.PENDING, CommentStatus.SPAM, CommentStatus.TRASHED];

export function Counts({ counts, label }: { counts: readonly CommentStatusCount[]; label: string }) {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const parts = order.flatMap((status) => {
    const found = counts.find((candidate) => candidate.status === status);
    return found && found.count ? [found] : [];
  });
  if (!total) return null;
  return (
    <div class="counts">
      <div class="counts-bar" aria-hidden="true">
        {parts.map(({ status, count }) => (
          <span key={status} class={describeStatus(status).tone} style={{ width: `${(count / total) * 100}%` }} />
        ))}
      </div>
      <ul aria-label={label}>
        {parts.map(({ status, count: number }) => (
          <li key={status} class={describeStatus(status).tone}>{count(number)} {describeStatus(status).text.toLowerCase()}</li>
        ))}
      </ul>
    </div>
  );
}

interface AuthorProps {
  history: AuthorHistory | undefined;
  read?: boolean; // what could be had was had
  current: string;
  onBulk: (by: "author" | "network") => void;
}

export function AuthorPanel({ history, read, current, onBulk }: AuthorProps) {
  if (!history) {
    return <section class="panel"><h2>Author</h2><p class="muted">{read ? "What is known could not be had." : "Fetching what is known …"}</p></section>;
  }
  const total = history.counts.reduce((sum, { count }) => sum + count, 0);
  const others = history.comments.filter(({ name }) => name !== current);
  const networkTotal = history.networkCounts.reduce((sum, { count }) => sum + count, 0);
  const names = history.displayNames.filter((name) => name !== history.author?.displayName);
  return (
    <section class="panel" aria-label="Author">
      <div class="panel-head">
        <h2>Author</h2>
        {total > 1 && history.author?.authorId && (
          <button type="button" class="button small" onClick={() => onBulk("author")}>
            All by this author …
          </button>
        )}
      </div>
      {total <= 1
        ? <p>The first comment of this author here.</p>
        : (
          <>
            <p>
              {plural(total, "comment", "comments")}{history.more ? " and more" : ""}, the first <Time at={history.firstTime} />.
            </p>
            <Counts counts={history.counts} label="This author's comments by status" />
          </>
        )}
      {names.length > 0 && (
        <p class="muted small">Also as {names.map((name, index) => <>{index > 0 && ", "}<Inline text={name} max={40} /></>)}</p>
      )}
      {others.length > 0 && (
        <ul class="excerpts">
          {others.slice(0, 4).map((comment) => {
            const status = describeStatus(comment.status);
            return (
              <li key={comment.name}>
                <span class={`dot ${status.tone}`} title={status.text} /><span class="sr">{status.text}: </span>
                <Inline text={comment.body} max={110} /> <span class="muted"><Time at={comment.submitTime} narrow /></span>
              </li>
            );
          })}
        </ul>
      )}
      {history.network && (
        <div class="network">
          <div class="panel-head">
            <h3>Network <code>{history.network}</code></h3>
            {networkTotal > 0 && (
              <button type="button" class="button small" onClick={() => onBulk("network")}>All from it …</button>
            )}
          </div>
          {networkTotal === 0
            ? <p class="muted">Nobody else wrote from it in 30 days.</p>
            : (
              <>
                <p class="muted">
                  {plural(networkTotal, "comment", "comments")} by {plural(history.networkAuthorCount, "other author", "other authors")} in 30 days
                </p>
                <Counts counts={history.networkCounts} label="Comments of the network by status" />
              </>
            )}
        </div>
      )}
    </section>
  );
}

export function DecisionLine({ decision }: { decision: Decision }) {
  const tone = decision.action === DecisionAction.APPROVE ? "ham" : decision.action === DecisionAction.SPAM ? "spam" : "plain";
  return (
    <li>
      <span class={`dot ${tone}`} aria-hidden="true" />
      <strong><Inline text={decision.actor || "Somebody"} max={60} /></strong>{" "}
      {describeAction(decision.action)}{decision.reasonCode && <> ({inWords(decision.reasonCode)})</>}
      {decision.teaches && <span class="tag">taught</span>}
      {decision.bulk && <span class="tag">bulk</span>}{" "}
      <span class="muted"><Time at={decision.createTime} /></span>
      {decision.note && <blockquote><Inline text={decision.note} max={2000} /></blockquote>}
    </li>
  );
}

export function NotesPanel({ notes, decisions, onNote }: {
  notes: readonly CommentNote[]; decisions: readonly Decision[]; onNote?: () => void;
}) {
  return (
    <section class="panel" aria-label="Notes and decisions">
      <div class="panel-head">
        <h2>Notes and decisions</h2>
        {onNote && <button type="button" class="button small" onClick={onNote}>Add a note <kbd>n</kbd></button>}
      </div>
      {notes.length === 0 && decisions.length === 0 && <p class="muted">None yet.</p>}
      {notes.length > 0 && (
        <ul class="notes">
          {notes.map((note) => (
            <li key={note.name}>
              <p dir="auto"><Inline text={note.text} max={2000} /></p>
              <span class="muted small"><Inline text={note.actor} max={60} />, <Time at={note.createTime} /></span>
            </li>
          ))}
        </ul>
      )}
      {decisions.length > 0 && (
        <ol class="decisions">{decisions.map((decision) => <DecisionLine key={decision.name} decision={decision} />)}</ol>
      )}
    </section>
  );
}
