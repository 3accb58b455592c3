// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The path of a submission into the database: batched, asynchronous, durable once answered.
//
// Whatever waits while a commit is in flight rides the next batch; there is no timer, so a lone
// submission waits for nobody. A batch costs one look-up statement and one insert statement
// whatever its size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/history.h"
#include "storage/masked_comment.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::size_t kRequestIdBytesMax = 128;

// A comment to be judged and stored.
struct SubmissionDraft {
  // Made by MakeUuidV7 from the server's clock at the time of receipt; flood counts go by it.
  CommentId comment_id;
  // Everything typed, masked, with the request's fingerprints. Not null. Shared, as the decide
  // function reads it too.
  std::shared_ptr<const MaskedComment> comment;
  // What to look up; its site_id, thread_key and parent_id are also where the comment is stored.
  HistoryQuery history;
  std::string context_json;
  // 1 to kRequestIdBytesMax bytes; empty for none. The same id with a submission that has none of
  // the stored fingerprint is ALREADY_EXISTS.
  std::string request_id;
  Timestamp submitted_at{};
  Deadline deadline{};
};

// A place in the queue to be given to a comment.
struct QueueEntry {
  QueueCause cause = QueueCause::kHeld;
  // For kSampled: the probability with which it was drawn, above 0 to 1.
  std::optional<double> inclusion_probability{};
  // How much of the comment the model has never seen, in thousandths.
  std::int32_t novelty_permille = 0;
};

// What the shadow (shadow_store.h) would have decided. Has no effect.
struct ShadowAssessment {
  std::int64_t generation = 0;
  Verdict verdict = Verdict::kHold;
  // As in Assessment.
  std::optional<double> probability{};
  std::optional<std::int64_t> score{};
  std::string model_id{};
};

// What a rule that decided a comment teaches.
struct RuleLabel {
  LabelClass label = LabelClass::kSpam;  // not kNone
  RuleId rule_id{};
};

// What the policy decided.
struct SubmissionOutcome {
  CommentStatus status = CommentStatus::kPending;
  Assessment assessment;
  // REQUIRES: set when status is kPending. May be set for others (kSampled, kShadow).
  std::optional<QueueEntry> queue;
  // Counted, and kept where its verdict is not the assessment's. Nothing without a shadow.
  std::optional<ShadowAssessment> shadow;
  // How new the text was to the model, 0 to 1: for the measures of drift. Edits leave it as it is.
  std::optional<double> novelty;
  // Written to the label log with the comment, within the site's TeachingCaps.
  std::optional<RuleLabel> rule_label;
};

// Judges one submission by its context. Called on a writer thread with a transaction open: it must
// be quick, pure and must not throw, block or call storage. It may be called more than once for a
// draft (a batch that failed is tried again in halves; a lost race is looked at again); the last
// outcome counts. It may also be called after done, when the deadline passed meanwhile: it must own
// what it uses and borrow nothing from the call. An error stores nothing and is passed to done as
// it is (FAILED_PRECONDITION for a closed thread or a parent elsewhere).
using DecideFunction = std::function<absl::StatusOr<SubmissionOutcome>(const HistoryContext&)>;

// What was stored.
struct SubmissionResult {
  // True when the request_id had been answered before: nothing was stored now. comment.status is
  // the present one and comment.first_assessment, if set, what was said first (otherwise
  // comment.assessment still is).
  bool replayed = false;
  CommentRecord comment;
};

// Called exactly once, on a writer thread or on the thread that called Submit; must be quick and
// must not throw.
//   OK                  durable (or replayed).
//   ALREADY_EXISTS      the request_id was used with another submission.
//   RESOURCE_EXHAUSTED  the queue is full, or would be too slow; nothing was stored. Called before
//   Submit returns.
//   UNAVAILABLE         PostgreSQL is away or read-only, or the writer is stopping. If the
//   connection broke during
//                       COMMIT it is unknown whether the comment was stored: a retry with the same
//                       request_id settles it. The message says which.
//   DEADLINE_EXCEEDED   the deadline passed; as with UNAVAILABLE it may have been stored if it had
//   been started. INVALID_ARGUMENT    the row cannot be stored (only this one; the others of its
//   batch are). or what decide returned.
using SubmissionDone = std::function<void(absl::StatusOr<SubmissionResult>)>;

// Counters since the start, for metrics. A snapshot, not a transaction.
struct SubmissionWriterStats {
  std::int64_t queued_now = 0;
  std::int64_t submissions_total = 0;
  std::int64_t batches_total = 0;
  std::int64_t halvings_total = 0;
  std::int64_t refused_total = 0;  // queue full
};

// Thread-safe. Calling Submit after the owner began to stop answers UNAVAILABLE.
class SubmissionWriter {
 public:
  virtual ~SubmissionWriter() = default;
  // Never blocks.
  virtual void Submit(SubmissionDraft draft, DecideFunction decide, SubmissionDone done) = 0;
  // Takes no more, finishes what is queued until the deadline, and answers the rest UNAVAILABLE.
  // Every done has been called when it returns. May be called again.
  virtual void Drain(Deadline deadline) = 0;
  virtual SubmissionWriterStats Stats() const = 0;
  // How many may be in progress now, so that none waits too long: more when batches are quick.
  // Never blocks.
  virtual std::size_t Room() const = 0;
};

}  // namespace replyguard::storage
