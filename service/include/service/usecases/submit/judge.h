// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Judging one comment in two steps: what memory knows (Prepare, on the caller's thread, while the
// plain address is still there), then what the database knows (Finish, inside storage's
// transaction).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/model.h"
#include "service/policy/decision.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/learn/model_source.h"
#include "storage/author_keyring.h"
#include "storage/comment.h"
#include "storage/history.h"
#include "storage/label_log.h"
#include "storage/masked_comment.h"
#include "storage/submission.h"
#include "storage/submission_writer.h"

namespace replyguard::service {

class ExtractorPool;

// A comment judged as far as memory goes. Immutable; shared by the transaction that decides it. It
// pins the site's policy and the model that were in force when the comment came in: a policy that
// changes meanwhile, or a label that is learnt meanwhile, does not mix into it.
struct PreparedComment {
  std::shared_ptr<const SiteView> site;
  // Nothing for a stored comment.
  std::shared_ptr<const storage::MaskedComment> comment;
  // What is judged, in the form in which it would be learnt: one type, so that the classifier never
  // scores what it could not learn.
  storage::LabelSample text;
  std::vector<std::string> author_ids;
  // Point into site->rules.
  std::vector<policy::RuleMatch> rule_matches;
  bool network_rules_unknown = false;
  // Of a stored comment: the network its address was masked to; for Rejudged.
  std::string stored_ip_masked;
  bool author_verified = false;
  bool honeypot_filled = false;
  std::optional<std::chrono::milliseconds> form_fill_time;
  // False for an edit: whether the thread takes comments and where the parent stands is settled.
  bool is_new = true;
  // What to ask the database before Finish.
  storage::HistoryQuery query;
  // Nothing when no model was loaded.
  std::optional<classifier::Partial> partial;
  // What the shadow says of the text; nothing without one, or where it was not asked.
  std::optional<classifier::Partial> shadow;
  // Of the text alone; their scores add up to `text_score`.
  std::vector<AssessmentReason> text_reasons;
  classifier::RawScore text_score = 0;
  storage::Timestamp now{};
};

// What was said.
struct Judgement {
  // Set: the comment is not taken at all; THREAD_CLOSED or PARENT_NOT_IN_THREAD.
  std::optional<policy::Refusal> refusal;
  storage::CommentStatus status = storage::CommentStatus::kPending;
  // How much of the text the model has never seen, in thousandths; 0 without a model.
  std::int32_t novelty_permille = 0;
  // Without its details_json: many judgements are never stored.
  storage::Assessment assessment;
  AssessmentDetails details;
};

// What a judgement is for: a check, of which nothing is kept, or to be stored. The latter asks the
// shadow too, if there is one.
enum class JudgeFor { kCheck, kStore };

// The assessment as it is stored.
storage::Assessment ToStore(Judgement judgement);

// FAILED_PRECONDITION with the reason of a refusal.
absl::Status RefusalError(policy::Refusal refusal);

// Thread-safe: Prepare borrows an extractor from a small pool; Finish is pure.
class Judge {
 public:
  Judge(const ModelSource& models, const storage::AuthorKeyring& keyring);
  ~Judge();

  // Consumes a submission that is valid (validation::Validate) and whose site_id is the site's.
  // Never blocks.
  std::shared_ptr<const PreparedComment> Prepare(std::shared_ptr<const SiteView> site,
                                                 storage::Submission submission,
                                                 storage::Timestamp now,
                                                 JudgeFor purpose = JudgeFor::kCheck) const;

  // The same of a stored comment whose text now is `text` (an edit, or a dry run). Rules
  // about networks look at the masked one: the plain address is gone. `body_hashes` are those of
  // the new body, or empty. `model`: the one that judges; null: the present one.
  std::shared_ptr<const PreparedComment> PrepareStored(
      std::shared_ptr<const SiteView> site, const storage::CommentRecord& record,
      storage::LabelSample text, const std::vector<storage::KeyedHash>& body_hashes,
      storage::Timestamp now, const classifier::Model* model = nullptr) const;

  // The model that answers now, for whoever judges several comments by one. Null: none is loaded.
  std::shared_ptr<const classifier::Model> PresentModel() const { return models_.Snapshot(); }

  // The same without the classifier: Finish would find no model; for FinishWith.
  static std::shared_ptr<PreparedComment> PrepareUnscored(
      std::shared_ptr<const SiteView> site, const storage::CommentRecord& record,
      storage::LabelSample text, const std::vector<storage::KeyedHash>& body_hashes,
      storage::Timestamp now);

  // An edit without plain addresses.
  storage::MaskedEdit MaskEdit(storage::SubmissionEdit edit) const;

  // The same comment under another policy or other rules; the classifier's part is shared.
  static std::shared_ptr<const PreparedComment> Rejudged(const PreparedComment& prepared,
                                                         std::shared_ptr<const SiteView> site);

  // Pure, quick, does not throw. `context` nullptr: not consulted, listed as such.
  static Judgement Finish(const PreparedComment& prepared, const storage::HistoryContext* context);

  // The same when what was asked of the past could not be had: degraded, at best HOLD.
  static Judgement FinishDegraded(const PreparedComment& prepared);

  // The same with `said` in the place of the model; nothing: it gave no score.
  static Judgement FinishWith(const PreparedComment& prepared,
                              const storage::HistoryContext* context,
                              const std::optional<classifier::Result>& said);

  // What the shadow would have decided, by the same policy, rules and history; nothing when it was
  // not asked. As Finish.
  static std::optional<storage::ShadowAssessment> FinishShadow(
      const PreparedComment& prepared, const storage::HistoryContext& context);

 private:
  static Judgement FinishBy(const PreparedComment& prepared, const policy::Evidence& evidence,
                            const std::optional<classifier::Result>& said);

  // Null: not asked.
  void Classify(const classifier::Model* active, const classifier::Model* shadow,
                PreparedComment* prepared) const;

  const ModelSource& models_;
  const storage::AuthorKeyring& keyring_;
  std::unique_ptr<ExtractorPool> extractors_;
};

}  // namespace replyguard::service
