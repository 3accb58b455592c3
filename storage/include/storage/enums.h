// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The closed sets of values that records hold. The numbers are those stored in PostgreSQL (smallint
// columns with CHECKs) and, where the contract has the same set, those of replyguard.v1; never
// renumber one.
#pragma once

namespace replyguard::storage {

// Where a comment stands.
enum class CommentStatus {
  kPending = 1,   // waits for a moderator
  kApproved = 2,  // shown
  kSpam = 3,
  kTrashed = 4,  // removed without being called spam
  kDeleted = 5,  // erased: a tombstone without text or author
};

// Who or what set a status.
enum class StatusSource {
  kMachine = 1,
  kModerator = 2,
  kBackend = 3,
};

// What the machine decided.
enum class Verdict {
  kApprove = 1,
  kHold = 2,
  kSpam = 3,
};

enum class ThreadState {
  kOpen = 1,
  kClosed = 2,
};

// Why a comment is in the queue.
enum class QueueCause {
  kHeld = 1,      // the machine held it
  kReported = 2,  // readers reported it
  kEdited = 3,    // an edit was judged and held
  kReturned = 4,  // a decision was undone, or a moderator sent it back
  kSampled = 5,   // decided by the machine, drawn at random to be judged blind
  kShadow = 6,    // decided by the machine, the shadow differs; no part of the ordinary queue
};

enum class QueueOrder {
  kOldest = 1,
  kNewest = 2,
  kUncertain = 3,  // probability nearest to one half first
  kUseful = 4,     // where a label would teach most first
};

enum class DecisionAction {
  kApprove = 1,
  kSpam = 2,
  kTrash = 3,
  kHold = 4,
  kUndo = 5,
};

enum class EventType {
  kQueued = 1,
  kDecided = 2,
  kEdited = 3,
  kErased = 4,
  kThreadChanged = 5,
};

// What a labelled example is. kNone is the absence of a label: a retraction in the log.
enum class LabelClass {
  kNone = 0,
  kHam = 1,
  kSpam = 2,
};

// Where a label came from.
enum class LabelSource {
  kHuman = 1,   // a moderator's decision, or what a website tells as Akismet's submit-spam does
  kImport = 2,  // LearnComments, an import
  kRule = 3,
  kSetting = 4,  // no label: whether the site shares has changed
};

enum class KeyRole {
  kBackend = 1,
  kModerator = 2,
  kOperator = 3,
};

enum class RuleKind {
  kWord = 1,
  kDomain = 2,
  kCidr = 3,
  kAuthor = 4,
};

enum class RuleAction {
  kSpam = 1,
  kHold = 2,
  kApprove = 3,
  kDiscard = 4,
};

}  // namespace replyguard::storage
