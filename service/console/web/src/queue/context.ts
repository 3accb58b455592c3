// What stands beside a comment: its thread, notes and decisions, and its author's history. Read ahead for what comes next.
import { useEffect, useState } from "preact/hooks";
import type { AuthorHistory } from "@gen/comment_search_pb";
import type { GetReviewResponse } from "@gen/review_pb";
import { moderation } from "../api/moderation";

export interface Context {
  read?: boolean; // as far as it could be
  review?: GetReviewResponse;
  history?: AuthorHistory;
  error?: unknown;
}

const kKept = 40;
const kept = new Map<string, Promise<Context>>();

export function readContext(name: string, etag: string): Promise<Context> {
  const key = `${name} ${etag}`;
  let context = kept.get(key);
  if (!context) {
    context = Promise.all([
      moderation.getReview({ name }),
      moderation.getAuthorHistory({ name, commentCount: 6 }).then(({ history }) => history, () => undefined),
    ]).then(([review, history]): Context => ({ read: true, review, history }), (error: unknown): Context => {
      kept.delete(key);
      return { read: true, error };
    });
    kept.set(key, context);
    if (kept.size > kKept) kept.delete(kept.keys().next().value!);
  }
  return context;
}

export function forgetContext(name: string): void {
  for (const key of [...kept.keys()]) if (key.startsWith(`${name} `)) kept.delete(key);
}

// `version` changes when what was read is to be read again.
export function useContext(name: string | undefined, etag: string, version: number): Context {
  const [context, setContext] = useState<{ of: string; value: Context }>({ of: "", value: {} });
  useEffect(() => {
    if (!name) return;
    let current = true;
    void readContext(name, etag).then((value) => { if (current) setContext({ of: name, value }); });
    return () => { current = false; };
  }, [name, etag, version]);
  return context.of === name ? context.value : {};
}
