// One particular comment, by its address: /console/comment#sites/{site}/comments/{comment}.
import { useEffect, useState } from "preact/hooks";
import { moderation } from "../api/moderation";
import { pathOf } from "../router";
import { Empty } from "../ui/parts";
import { CommentBrowser } from "./browser";

const kCommentName = /^sites\/[^/]+\/comments\/[^/]+$/;

// What the address names; nothing when it is cut within an escape, as addresses that are copied may be.
function named(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

export function CommentPage({ site }: { site: string }) {
  const [name, setName] = useState(named);
  useEffect(() => {
    const follow = () => setName(named());
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const back = <p><a href={pathOf("queue")}>To the queue</a></p>;
  if (!kCommentName.test(name)) return <><h1 class="sr">A comment</h1><Empty icon="search" title="Which comment?"><p>The address names none. Copy all of it.</p>{back}</Empty></>;
  return (
    <CommentBrowser title="A comment" site={site} stays alone tools={<a class="button" href={pathOf("queue")}>To the queue</a>} of={name}
      read={async () => {
        const { comment, item } = await moderation.getReview({ name });
        // Its lease and its copies are the queue's; why it waits is the comment's own.
        return { comments: comment ? [comment] : [], item: item && { ...item, lease: undefined, alikeCount: 0 }, next: "" };
      }}
      empty={<Empty icon="search" title="It is not here">{back}</Empty>} />
  );
}
