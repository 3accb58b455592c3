// The comment in focus: who, where, what it answers, and its text with the deciding words marked.
import { useEffect, useRef } from "preact/hooks";
import type { Comment } from "@gen/comment_pb";
import { QueueItem_Cause } from "@gen/moderation_pb";
import { plural } from "../lib/format";
import { idOf, siteOf } from "../lib/names";
import { useStore } from "../lib/store";
import { places, siteLabel } from "../places";
import { commentPath } from "../router";
import { Icon } from "../ui/icon";
import { Chip, Time } from "../ui/parts";
import { BodyText, Inline } from "../ui/text";
import type { Context } from "./context";
import { heldBy, heldElsewhere, type Entry } from "./state";
import { describeCause, describeStanding, describeStatus } from "./words";

export function AuthorLine({ comment }: { comment: Comment }) {
  const author = comment.author;
  return (
    <div class="author-line">
      <strong class="author-name"><Inline text={author?.displayName || "No name"} max={80} /></strong>
      {author?.verified && <Chip tone="ham">known to the site</Chip>}
      <span class="author-facts">
        {author?.maskedEmail && <span><Inline text={author.maskedEmail} max={120} /></span>}
        {author?.maskedIp && <code>{author.maskedIp}</code>}
        {author?.url && <span class="author-url"><Icon name="link" label="Website" /><Inline text={author.url} max={120} /></span>}
      </span>
    </div>
  );
}

function Answered({ ancestors }: { ancestors: readonly Comment[] }) {
  const [nearest, ...above] = ancestors;
  if (!nearest) return null;
  return (
    <details class="answered">
      <summary>
        <span class="muted">In answer to</span> <Inline text={nearest.author?.displayName || "somebody"} max={40} />:{" "}
        <span class="muted"><Inline text={nearest.body} max={90} /></span>
      </summary>
      {[...above].reverse().concat(nearest).map((comment) => (
        <blockquote key={comment.name}>
          <strong><Inline text={comment.author?.displayName || "somebody"} max={60} /></strong>{" "}
          <span class="muted"><Time at={comment.submitTime} /></span>
          <BodyText text={comment.body} quiet />
        </blockquote>
      ))}
    </details>
  );
}

interface Props {
  entry: Entry;
  context: Context;
  place: string; // "3 of 41"
  folder?: boolean; // not of the queue: its status matters, not why it waits
  onCampaign: () => void;
}

export function Card({ entry, context, place, folder, onCampaign }: Props) {
  const { comment, item } = entry;
  useStore(places, (value) => value.sites); // their names may come later
  const scroll = useRef<HTMLElement>(null);
  useEffect(() => { scroll.current?.closest(".focus-pane")?.scrollTo(0, 0); }, [entry.name]);
  const blind = item.cause === QueueItem_Cause.BLIND_SAMPLE;
  const holder = heldBy(entry);
  const title = context.review?.threadTitle || idOf(comment.thread);
  const alike = item.alikeCount;
  const status = describeStatus(comment.status);
  return (
    <article ref={scroll} class="card" aria-label={place ? `Comment ${place}` : "The comment"} data-comment={entry.name} key={entry.name}>
      <div class="card-top">
        <span class="where"><Icon name="site" />{siteLabel(siteOf(comment.name))}<span class="muted"> / </span><Inline text={title} max={90} /></span>
        <span class="muted card-place">
          {place && <span>{place}</span>}
          <a class="card-link" href={commentPath(entry.name)} title="The address of this comment" aria-label="The address of this comment"><Icon name="link" /></a>
        </span>
      </div>
      {entry.gone && <p class="notice warn" role="status"><Icon name="info" />{entry.gone} Press <kbd>j</kbd> to go on.</p>}
      {!entry.gone && holder && (
        <p class="notice warn" role="status"><Icon name="lock" /><span>Held for <Inline text={holder} max={60} />, who has it open or comes to it next.</span></p>
      )}
      {!entry.gone && heldElsewhere(entry) && (
        <p class="notice" role="status"><Icon name="info" /><span>Held for you by another window, or by one that has gone. You can decide it here.</span></p>
      )}
      {item.escalation && (
        <p class="notice warn"><Icon name="escalate" /><span>
          Escalated by <Inline text={item.escalation.actor} max={60} /> <Time at={item.escalation.createTime} />
          {item.escalation.reason && <>: <Inline text={item.escalation.reason} max={500} /></>}
        </span></p>
      )}
      <AuthorLine comment={comment} />
      <div class="card-facts">
        <Time at={comment.submitTime} />
        {folder && !blind
          ? <Chip tone={status.tone}>{describeStanding(comment)}</Chip>
          : <Chip tone={blind ? "plain" : "hold"}>{describeCause(item.cause)}</Chip>}
        {comment.reportCount > 0 && <Chip tone="spam">{plural(comment.reportCount, "report", "reports")}</Chip>}
        {comment.language && <Chip tone="plain">{comment.language}</Chip>}
        {comment.editTime && <Chip tone="plain">edited</Chip>}
        {comment.bodyMasked && <Chip tone="plain">an address is masked</Chip>}
        {alike > 1 && (
          <button type="button" class="chip campaign" onClick={onCampaign}><Icon name="copies" />{alike} alike <kbd>c</kbd></button>
        )}
      </div>
      <Answered ancestors={context.review?.ancestors ?? []} />
      <BodyText text={comment.body} reasons={blind ? [] : comment.assessment?.reasons} />
    </article>
  );
}
