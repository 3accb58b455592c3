// One comment with its decisions, over whatever view named it.
import { moderation } from "../api/moderation";
import { useLoad } from "../lib/load";
import { AuthorLine } from "../queue/card";
import { Evidence } from "../queue/evidence";
import { NotesPanel } from "../queue/history";
import { describeSource, describeStatus } from "../queue/words";
import { Dialog } from "../ui/dialog";
import { Chip, Failure, Loading, Time } from "../ui/parts";
import { BodyText } from "../ui/text";

export function CommentDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const { data, error, reload } = useLoad(() => moderation.getReview({ name }), [name]);
  const comment = data?.comment;
  const status = comment && describeStatus(comment.status);
  return (
    <Dialog title="A comment" onClose={onClose} wide>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!comment && error === undefined && <Loading what="the comment" />}
      {comment && status && (
        <div class="stack">
          <AuthorLine comment={comment} />
          <div class="card-facts"><Time at={comment.submitTime} /><Chip tone={status.tone}>{status.text} {describeSource(comment.statusSource)}</Chip></div>
          <BodyText text={comment.body} reasons={comment.assessment?.reasons} />
          <Evidence assessment={comment.assessment} />
          <NotesPanel notes={data.notes} decisions={data.decisions} />
        </div>
      )}
    </Dialog>
  );
}
