// The acts that want a word: a note, an escalation, a block, a decision with its reason.
import { useEffect, useState } from "preact/hooks";
import { DecisionAction } from "@gen/moderation_pb";
import { BlockAuthorRequest_Target, type ReasonCode } from "@gen/review_pb";
import { Rule_Action } from "@gen/rule_pb";
import { explain } from "../api/errors";
import { moderation } from "../api/moderation";
import { siteName, siteOf } from "../lib/names";
import type { Comment } from "@gen/comment_pb";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/parts";
import { say } from "../ui/toast";
import { recordBlock, type DecideOptions } from "../queue/decide";
import { queue } from "../queue/state";
import { session } from "../session/state";

interface Props {
  comment: Comment;
  onClose: () => void;
  onDone: () => void;
}

// A form whose one call may fail: the text stays, the error stands beside it.
function useSending(onClose: () => void) {
  const [sending, setSending] = useState(false);
  const [error, setError] = useState("");
  const send = async (work: () => Promise<void>) => {
    setSending(true);
    setError("");
    try {
      await work();
      onClose();
    } catch (reason) {
      setError(explain(reason));
      setSending(false);
    }
  };
  return { sending, error, send };
}

export function NoteDialog({ comment, onClose, onDone }: Props) {
  const [text, setText] = useState("");
  const [requestId] = useState(() => crypto.randomUUID());
  const { sending, error, send } = useSending(onClose);
  return (
    <Dialog title="A private note" onClose={onClose} typed={Boolean(text.trim())}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void send(async () => {
          await moderation.addNote({ parent: comment.name, text, requestId });
          say("Noted.", "good");
          onDone();
        });
      }}>
        <Field label="For moderators only" hint="Email addresses are masked. Neither the website nor the author sees it." error={error}>
          <textarea rows={4} maxLength={2000} required autofocus value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary" disabled={sending}>Keep the note</button>
        </div>
      </form>
    </Dialog>
  );
}

export function EscalateDialog({ comment, onClose, onDone }: Props) {
  const [reason, setReason] = useState("");
  const { sending, error, send } = useSending(onClose);
  return (
    <Dialog title="Leave it to an operator" onClose={onClose} typed={Boolean(reason.trim())}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void send(async () => {
          await moderation.escalateComment({ name: comment.name, reason });
          say("Escalated: an operator decides.", "good");
          onDone();
        });
      }}>
        <Field label="What should they look at?" hint="Optional." error={error}>
          <textarea rows={3} maxLength={500} autofocus value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary" disabled={sending}>Escalate</button>
        </div>
      </form>
    </Dialog>
  );
}

export function BlockDialog({ comment, onClose, onDone }: Props) {
  const author = comment.author;
  const targets: [BlockAuthorRequest_Target, string, boolean][] = [
    [BlockAuthorRequest_Target.AUTHOR, `This author, ${author?.maskedEmail || "without an address"}`, Boolean(author?.authorId)],
    [BlockAuthorRequest_Target.NETWORK, `The network ${author?.maskedIp || ""}`, Boolean(author?.maskedIp)],
    [BlockAuthorRequest_Target.WEBSITE, `The website ${author?.url || ""}`, Boolean(author?.url)],
  ];
  const possible = targets.filter(([, , there]) => there);
  const [target, setTarget] = useState(possible[0]?.[0] ?? BlockAuthorRequest_Target.AUTHOR);
  const [action, setAction] = useState(Rule_Action.SPAM);
  const [reason, setReason] = useState("");
  const { sending, error, send } = useSending(onClose);
  if (!possible.length) {
    return (
      <Dialog title="Block" onClose={onClose}>
        <p>This comment tells neither an address, nor a network, nor a website: there is nothing to block by.</p>
      </Dialog>
    );
  }
  return (
    <Dialog title="Block what comes from here" onClose={onClose} typed={Boolean(reason.trim())}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void send(async () => {
          const { rule } = await moderation.blockAuthor({ name: comment.name, target, action, reason });
          const known = queue.value.acts.some((act) => act.rule === rule?.name && act.state !== "undone");
          if (rule && !known && rule.creatorKeyId === session.value.person?.name) {
            recordBlock(rule.name);
            say("Blocked by a rule of the site. This comment itself is still yours to decide.", "good");
          } else {
            say("Nothing was changed: the site has a rule that says the same.");
          }
          onDone();
        });
      }}>
        <fieldset class="choices">
          <legend>Whom?</legend>
          {possible.map(([value, words]) => (
            <label key={value}>
              <input type="radio" name="target" checked={target === value} onChange={() => setTarget(value)} />
              <bdi>{words}</bdi>
            </label>
          ))}
        </fieldset>
        <Field label="What follows for further comments?">
          <select value={action} onChange={(event) => setAction(Number(event.currentTarget.value))}>
            <option value={Rule_Action.SPAM}>They are spam</option>
            <option value={Rule_Action.HOLD}>They are held for a moderator</option>
            <option value={Rule_Action.DISCARD}>They are blatant spam, which nobody needs to see</option>
          </select>
        </Field>
        <Field label="Why?" hint="Moderators who meet the rule read this." error={error}>
          <input required maxLength={500} autofocus value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button danger" disabled={sending}>Block</button>
        </div>
      </form>
    </Dialog>
  );
}

const actions: [DecisionAction, string][] = [
  [DecisionAction.TRASH, "Trash"], [DecisionAction.SPAM, "Spam"], [DecisionAction.APPROVE, "Approve"],
];

export function ReasonDialog({ comment, onClose, onDecide }: {
  comment: Comment; onClose: () => void; onDecide: (action: DecisionAction, options: DecideOptions) => void;
}) {
  const [action, setAction] = useState(DecisionAction.TRASH);
  const [codes, setCodes] = useState<ReasonCode[]>([]);
  const [code, setCode] = useState("");
  const [note, setNote] = useState("");
  const [teach, setTeach] = useState(true);
  const [error, setError] = useState("");
  useEffect(() => {
    moderation.listReasonCodes({ parent: siteName(siteOf(comment.name)) })
      .then(({ reasonCodes }) => setCodes(reasonCodes), (reason: unknown) => setError(explain(reason)));
  }, [comment.name]);
  const offered = codes.filter((candidate) => !candidate.actions.length || candidate.actions.includes(action));
  const shown = offered.find((candidate) => candidate.code === code);
  return (
    <Dialog title="Decide with a reason" onClose={onClose} typed={Boolean(note.trim())}>
      <form onSubmit={(event) => {
        event.preventDefault();
        onClose();
        onDecide(action, {
          reasonCode: shown ? code : "", note, teach: action === DecisionAction.TRASH ? undefined : teach,
        });
      }}>
        <fieldset class="segmented">
          <legend class="sr">Decision</legend>
          {actions.map(([value, words]) => (
            <label key={value}>
              <input type="radio" name="action" checked={action === value} onChange={() => setAction(value)} />
              <span>{words}</span>
            </label>
          ))}
        </fieldset>
        <Field label="Reason" error={error}
          hint={shown ? (shown.shownToAuthor ? "The website may show this to the author." : "Only moderators see this.") : "The website may show it to the author."}>
          <select autofocus value={shown ? code : ""} onChange={(event) => setCode(event.currentTarget.value)}>
            <option value="">No reason</option>
            {offered.map((candidate) => <option key={candidate.code} value={candidate.code}>{candidate.label}</option>)}
          </select>
        </Field>
        <Field label="Private note" hint="Optional, for moderators.">
          <textarea rows={2} maxLength={2000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        {action !== DecisionAction.TRASH && (
          <label class="check">
            <input type="checkbox" checked={teach} onChange={(event) => setTeach(event.currentTarget.checked)} />
            The classifier learns from it
          </label>
        )}
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Decide</button>
        </div>
      </form>
    </Dialog>
  );
}
