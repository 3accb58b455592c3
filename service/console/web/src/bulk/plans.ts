// Which comments a decision about many means.
import { DecisionAction } from "@gen/moderation_pb";
import { CommentStatus } from "@gen/comment_pb";
import { plural } from "../lib/format";
import { siteOf } from "../lib/names";
import type { Entry } from "../queue/state";
import type { BulkPlan } from "./dialog";

const words: Partial<Record<DecisionAction, string>> = {
  [DecisionAction.APPROVE]: "Approve", [DecisionAction.SPAM]: "Mark as spam:", [DecisionAction.TRASH]: "Move to the trash:",
};

export function planOfNames(names: readonly string[], action?: DecisionAction): BulkPlan {
  const bySite = new Map<string, string[]>();
  for (const name of names) bySite.set(siteOf(name), [...(bySite.get(siteOf(name)) ?? []), name]);
  return {
    title: action === undefined ? plural(names.length, "selected comment", "selected comments")
      : `${words[action] ?? ""} ${plural(names.length, "comment", "comments")}`,
    parts: [...bySite].map(([site, comments]) => ({ site, selection: { comments } })),
    action,
    names: [...names],
  };
}

export function planOfSelection(entries: readonly Entry[], selected: ReadonlySet<string>, action: DecisionAction): BulkPlan {
  return planOfNames(entries.map(({ name }) => name).filter((name) => selected.has(name)), action);
}

const waiting = [CommentStatus.PENDING];

export function planOfCampaign(entry: Entry): BulkPlan {
  return {
    title: `${plural(entry.item.alikeCount, "comment", "comments")} alike`,
    parts: [{ site: siteOf(entry.name), selection: { filter: { campaign: entry.item.campaign }, statuses: waiting } }],
    names: [],
  };
}

export function planOfAuthor(entry: Entry): BulkPlan {
  return {
    title: "All that waits by this author",
    parts: [{ site: siteOf(entry.name), selection: { filter: { authorId: entry.comment.author?.authorId ?? "" }, statuses: waiting } }],
    names: [],
  };
}

export function planOfNetwork(entry: Entry): BulkPlan {
  return {
    title: `All that waits from ${entry.comment.author?.maskedIp ?? "this network"}`,
    parts: [{ site: siteOf(entry.name), selection: { filter: { network: entry.comment.author?.maskedIp ?? "" }, statuses: waiting } }],
    names: [],
  };
}
