// What outlives the page: decisions that the server has not answered yet, until it has; and the newest acts of this window, so
// that they can be undone after a reload. Names and acts only: nothing of a comment, and no note, is written to the disk.
import type { DecisionAction } from "@gen/moderation_pb";
import { session } from "../session/state";

export interface KeptDecision {
  comment: string;
  action: DecisionAction;
  etag: string;
  reasonCode?: string;
  teach?: boolean;
}

export interface KeptAct {
  action: DecisionAction;
  count: number;
  decision?: string; // of one comment
  comment?: string;
  bulks: string[]; // of many
  escalated?: boolean;
  rule?: string; // of a block
}

const kActsKeptMax = 50;
const kDecisionsKeptMax = 2_000;

// One item a decision, so that two windows do not write over one another.
const prefix = () => `undecided ${session.value.person?.name ?? ""} `;
const actsKey = () => `acts ${session.value.person?.name ?? ""}`;

// Storage may be full, or forbidden: then the page alone remembers.
function trying<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

export function keepDecision(decision: KeptDecision): void {
  trying(() => localStorage.setItem(prefix() + decision.comment, JSON.stringify(decision)));
}

export function forgetDecision(comment: string): void {
  trying(() => localStorage.removeItem(prefix() + comment));
}

export function keptDecisions(): KeptDecision[] {
  return trying(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix())).slice(0, kDecisionsKeptMax)
    .flatMap((key) => trying(() => [JSON.parse(localStorage.getItem(key) ?? "") as KeptDecision]) ?? [])) ?? [];
}

export function keepActs(acts: readonly KeptAct[]): void {
  trying(() => sessionStorage.setItem(actsKey(), JSON.stringify(acts.slice(-kActsKeptMax))));
}

export function keptActs(): KeptAct[] {
  return trying(() => JSON.parse(sessionStorage.getItem(actsKey()) ?? "[]") as KeptAct[]) ?? [];
}
