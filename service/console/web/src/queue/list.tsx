// What waits, in its order: a line an item.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { QueueItem_Cause } from "@gen/moderation_pb";
import { probability } from "../lib/format";
import { siteOf } from "../lib/names";
import { useStore } from "../lib/store";
import { places, siteLabel } from "../places";
import { Icon } from "../ui/icon";
import { Time } from "../ui/parts";
import { Inline } from "../ui/text";
import { describeStatus } from "./words";
import { heldBy, type Entry } from "./state";
import { plainName } from "../lib/text";

export function toneOf(value: number | undefined): "spam" | "ham" | "hold" | "plain" {
  if (value === undefined) return "plain";
  return value >= 0.7 ? "spam" : value <= 0.3 ? "ham" : "hold";
}

// Spam is a square, good a ring, unsure a half: told apart without colours.
export function Score({ value }: { value: number | undefined }) {
  const tone = toneOf(value);
  const words = value === undefined ? "not scored" : `${probability(value)} spam`;
  return (
    <span class={`score ${tone}`} title={words}>
      <span class="score-shape" aria-hidden="true" />
      <span class="sr">{words}</span>
      <span aria-hidden="true">{value === undefined ? "–" : probability(value)}</span>
    </span>
  );
}

interface LineProps {
  entry: Entry;
  current: boolean;
  selected: boolean;
  showSite: boolean;
  folder?: boolean;
  onFocus: () => void;
  onSelect: () => void;
}

function Line({ entry, current, selected, showSite, folder, onFocus, onSelect }: LineProps) {
  const { comment, item } = entry;
  const holder = heldBy(entry);
  const ref = useRef<HTMLLIElement>(null);
  useEffect(() => { if (current) ref.current?.scrollIntoView?.({ block: "nearest" }); }, [current]);
  const name = comment.author?.displayName || "No name";
  return (
    <li ref={ref} class={`line${current ? " current" : ""}${selected ? " selected" : ""}${entry.gone ? " gone" : ""}`}>
      <label class="line-select">
        <input type="checkbox" checked={selected} onChange={onSelect} aria-label={`Select the comment by ${plainName(name)}`} />
      </label>
      <button type="button" class="line-main" aria-current={current ? "true" : undefined} onClick={onFocus}>
        <span class="line-top">
          <span class="line-author"><Inline text={name} max={40} /></span>
          {holder && <Icon name="lock" label={`Held by ${plainName(holder)}`} />}
          {item.escalation && <Icon name="escalate" label="Escalated" />}
          {item.alikeCount > 1 && <span class="tag" title={`${item.alikeCount} alike`}>×{item.alikeCount}</span>}
          {item.cause === QueueItem_Cause.BLIND_SAMPLE
            ? <span class="score plain">blind</span>
            : <Score value={comment.assessment?.probability} />}
        </span>
        <span class="line-text"><Inline text={comment.body} max={140} /></span>
        <span class="line-bottom">
          {folder && <><span class={`status ${describeStatus(comment.status).tone}`}>{describeStatus(comment.status).text}</span> · </>}
          {showSite && <span>{siteLabel(siteOf(comment.name))} · </span>}<Time at={item.enterTime ?? comment.submitTime} narrow />
        </span>
      </button>
    </li>
  );
}

interface Props {
  entries: readonly Entry[];
  focus: string;
  selected: ReadonlySet<string>;
  showSite: boolean;
  folder?: boolean; // shows where each stands
  more: boolean;
  onFocus: (name: string) => void;
  onSelect: (name: string) => void;
  onMore: () => void;
}

// Drawn again only when something of it has changed: the list is long, and the focus moves with every key.
function LineSlot(props: Omit<LineProps, "onFocus" | "onSelect"> & { acts: { current: Pick<Props, "onFocus" | "onSelect"> } }) {
  const { entry, current, selected, showSite, folder, acts } = props;
  const sites = useStore(places, (value) => value.sites); // their names
  return useMemo(() => (
    <Line entry={entry} current={current} selected={selected} showSite={showSite} folder={folder}
      onFocus={() => acts.current.onFocus(entry.name)} onSelect={() => acts.current.onSelect(entry.name)} />
  ), [entry, current, selected, showSite, folder, sites]);
}

export function QueueList({ entries, focus, selected, showSite, folder, more, onFocus, onSelect, onMore }: Props) {
  const acts = useRef({ onFocus, onSelect });
  acts.current = { onFocus, onSelect };
  return (
    <div class="queue-list" tabIndex={0} role="region" aria-label="What waits">
      <ul>
        {entries.map((entry) => (
          <LineSlot key={entry.name} entry={entry} current={entry.name === focus} selected={selected.has(entry.name)}
            showSite={showSite} folder={folder} acts={acts} />
        ))}
      </ul>
      {more && <button type="button" class="button small more" onClick={onMore}>Show more</button>}
    </div>
  );
}
