// The words for causes, actions, statuses and orders.
import { CommentStatus, StatusSource, type Comment } from "@gen/comment_pb";
import { DecisionAction, QueueItem_Cause } from "@gen/moderation_pb";
import { Verdict } from "@gen/assessment_pb";

const kCauses: Record<QueueItem_Cause, string> = {
  [QueueItem_Cause.UNSPECIFIED]: "Any cause",
  [QueueItem_Cause.HELD]: "Held by the machine",
  [QueueItem_Cause.REPORTED]: "Reported by readers",
  [QueueItem_Cause.EDITED]: "Edited by its author",
  [QueueItem_Cause.RETURNED]: "Sent back",
  [QueueItem_Cause.BLIND_SAMPLE]: "Blind sample",
  [QueueItem_Cause.SHADOW]: "Shadow disagrees",
};

export const describeCause = (cause: QueueItem_Cause) => kCauses[cause];

export const causes = [
  QueueItem_Cause.UNSPECIFIED, QueueItem_Cause.HELD, QueueItem_Cause.REPORTED,
  QueueItem_Cause.EDITED, QueueItem_Cause.RETURNED, QueueItem_Cause.BLIND_SAMPLE,
];

export function describeAction(action: DecisionAction): string {
  switch (action) {
    case DecisionAction.APPROVE: return "approved";
    case DecisionAction.SPAM: return "marked as spam";
    case DecisionAction.TRASH: return "moved to the trash";
    case DecisionAction.HOLD: return "sent to the queue";
    case DecisionAction.UNDO: return "decision taken back";
    case DecisionAction.UNSPECIFIED: return "decided";
  }
}

export function describeStatus(status: CommentStatus): { text: string; tone: "spam" | "ham" | "hold" | "plain" } {
  switch (status) {
    case CommentStatus.PENDING: return { text: "Waiting", tone: "hold" };
    case CommentStatus.APPROVED: return { text: "Approved", tone: "ham" };
    case CommentStatus.SPAM: return { text: "Spam", tone: "spam" };
    case CommentStatus.TRASHED: return { text: "Trash", tone: "plain" };
    case CommentStatus.DELETED: return { text: "Erased", tone: "plain" };
    case CommentStatus.UNSPECIFIED: return { text: "", tone: "plain" };
  }
}

const kSources: Record<StatusSource, string> = {
  [StatusSource.UNSPECIFIED]: "", [StatusSource.MACHINE]: " by the machine", [StatusSource.MODERATOR]: " by a person",
  [StatusSource.BACKEND]: " by the website",
};

// How a comment stands, and by whom.
export function describeStanding({ status, statusSource }: Pick<Comment, "status" | "statusSource">): string {
  const source = kSources[statusSource];
  switch (status) {
    case CommentStatus.PENDING:
      return source ? `${statusSource === StatusSource.MACHINE ? "Held" : "Sent back"}${source}` : "Waiting";
    case CommentStatus.SPAM: return source ? `Called spam${source}` : "Spam";
    case CommentStatus.TRASHED: return source ? `Moved to the trash${source}` : "Trash";
    default: return `${describeStatus(status).text}${source}`;
  }
}

export function describeVerdict(verdict: Verdict): { text: string; tone: "spam" | "ham" | "hold" | "plain" } {
  switch (verdict) {
    case Verdict.APPROVE: return { text: "Good", tone: "ham" };
    case Verdict.HOLD: return { text: "Held", tone: "hold" };
    case Verdict.SPAM: return { text: "Spam", tone: "spam" };
    case Verdict.UNSPECIFIED: return { text: "Not judged", tone: "plain" };
  }
}

// A code that came without words, as words: "OFF_TOPIC" as "off topic".
export const inWords = (code: string) => code.toLowerCase().replace(/_/g, " ");

// The checks of the policy whose reasons are worth looking for.
export const reasonCodes: [string, string][] = [
  ["RULE", "A rule of the site"], ["HONEYPOT", "The honeypot field was filled"], ["FILLED_TOO_FAST", "Sent too fast for a person"],
  ["LINKS_MAX", "Too many links"], ["FLOOD", "Too many from one place"], ["DUPLICATE", "Copies of another comment"],
  ["FIRST_TIME_AUTHOR", "First comment of its author"], ["LIKELY_SPAM", "Likely spam"], ["UNSURE", "The classifier is unsure"],
  ["UNTRAINED", "The classifier knows too little"], ["NO_SCORE", "Not scored"], ["MODERATE_ALL", "Everything waits here"],
];

export const reasonWords = (code: string) => reasonCodes.find(([known]) => known === code)?.[1] ?? inWords(code);
