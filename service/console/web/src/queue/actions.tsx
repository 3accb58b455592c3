// The bar of acts: what each key does, for those who click or touch.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { DecisionAction } from "@gen/moderation_pb";
import { plural } from "../lib/format";
import { press } from "../lib/keys";
import { Icon, type IconName } from "../ui/icon";
import type { Act, Entry } from "./state";

interface ActButtonProps {
  icon: IconName;
  words: string;
  keyName: string;
  look?: string;
  disabled?: boolean;
  run: () => void;
}

export function ActButton({ icon, words, keyName, look = "", disabled, run }: ActButtonProps) {
  return (
    <button type="button" class={`act ${look}`} disabled={disabled} aria-keyshortcuts={keyName} title={`${words} (${keyName})`} onClick={run}>
      <Icon name={icon} /><span>{words}</span><kbd aria-hidden="true">{keyName}</kbd>
    </button>
  );
}

interface Props {
  entry: Entry | undefined;
  selected: number;
  acts: readonly Act[];
  folder?: boolean; // decided comments: they cannot be escalated, but sent back to the queue
  onAct: (action: DecisionAction) => () => void;
  onOpen: (dialog: "note" | "escalate" | "block" | "reason") => void;
  onList: () => void;
  onMove: (step: number) => void;
  onUndo: () => void;
  onSelectAll: () => void;
  onClear: () => void;
}

export function ActionBar(props: Props) {
  const { entry, selected, acts } = props;
  const [more, setMore] = useState(false);
  const undoable = acts.some(({ state }) => state === "done" || state === "sending");
  const waiting = acts.filter(({ state }) => state === "waiting").length;
  let note: ComponentChildren = null;
  if (selected) {
    note = (
      <>
        <strong>{plural(selected, "comment", "comments")} selected</strong>
        <button type="button" class="link" onClick={props.onSelectAll}>Select all shown</button>
        <button type="button" class="link" onClick={props.onClear}>Clear</button>
      </>
    );
  } else if (waiting) {
    note = <><span class="spinner" aria-hidden="true" />{plural(waiting, "decision waits", "decisions wait")} for the server</>;
  }
  return (
    <div class="action-bar" role="toolbar" aria-label="What to do">
      {note && <div class="action-note" role="status">{note}</div>}
      <div class="acts">
        <button type="button" class="act list-toggle" onClick={props.onList}><Icon name="queue" /><span>List</span></button>
        <ActButton icon="check" words="Approve" keyName="a" look="good" disabled={!entry} run={props.onAct(DecisionAction.APPROVE)} />
        <ActButton icon="spam" words="Spam" keyName="s" look="danger" disabled={!entry} run={props.onAct(DecisionAction.SPAM)} />
        <ActButton icon="trash" words="Trash" keyName="t" disabled={!entry} run={props.onAct(DecisionAction.TRASH)} />
        <span class="act-gap" />
        <div class={more ? "acts-more shown" : "acts-more"} onClick={() => setMore(false)}>
          <ActButton icon="info" words="Reason" keyName="r" look="minor" disabled={!entry} run={() => props.onOpen("reason")} />
          {props.folder
            ? <ActButton icon="queue" words="To the queue" keyName="h" look="minor" disabled={!entry} run={props.onAct(DecisionAction.HOLD)} />
            : <ActButton icon="escalate" words="Escalate" keyName="e" look="minor" disabled={!entry} run={() => props.onOpen("escalate")} />}
          <ActButton icon="block" words="Block" keyName="b" look="minor" disabled={!entry} run={() => props.onOpen("block")} />
          <ActButton icon="note" words="Note" keyName="n" look="minor" disabled={!entry} run={() => props.onOpen("note")} />
          <ActButton icon="help" words="Keys" keyName="?" look="minor narrow-only" run={() => press("?")} />
        </div>
        <ActButton icon="undo" words="Undo" keyName="u" disabled={!undoable} run={props.onUndo} />
        <button type="button" class="act narrow-only" aria-expanded={more} onClick={() => setMore(!more)}><Icon name="more" /><span>More</span></button>
        <span class="act-gap" />
        <ActButton icon="left" words="Before" keyName="k" look="minor move" disabled={!entry} run={() => props.onMove(-1)} />
        <ActButton icon="right" words="Next" keyName="j" look="minor move" disabled={!entry} run={() => props.onMove(1)} />
      </div>
    </div>
  );
}
