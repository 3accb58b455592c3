// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/feedback.h"

#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "storage/masked_comment.h"
#include "usecases/akismet/find_same.h"
#include "usecases/classify.h"
#include "usecases/review/refusals.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;

constexpr const char* kReasonCode = "AKISMET";

}  // namespace

AkismetFeedback::AkismetFeedback(const SiteDirectory& sites, storage::AkismetStore& store,
                                 storage::DecisionStore& decisions, storage::LabelLog& labels,
                                 const storage::AuthorKeyring& keyring, const Clock& clock,
                                 Observer* observer)
    : sites_(sites),
      store_(store),
      decisions_(decisions),
      labels_(labels),
      keyring_(keyring),
      clock_(clock),
      observer_(observer) {}

absl::StatusOr<AkismetFeedback::Outcome> AkismetFeedback::Run(const Principal& principal,
                                                              Request request) const {
  const auto site = sites_.Enter(principal, Permission::kComments, principal.site.value_or(""));
  if (!site.ok()) return site.status();
  const storage::SiteId site_id = (*site)->record.site_id;
  request.submission.site_id = site_id;
  if (request.guid) {
    auto decided = Decide(principal, site_id, *request.guid, request);
    if (!decided.ok()) return decided.status();
    if (*decided) return **decided;
  }
  const storage::SubmissionHashes hashes = storage::HashesOf(request.submission, keyring_);
  const auto same = FindSame(store_, hashes, request.submission, clock_.Now(), request.deadline);
  if (!same.ok()) return FromStorage(same.status());
  if (*same) {
    auto decided = Decide(principal, site_id, **same, request);
    if (!decided.ok()) return decided.status();
    if (*decided) return **decided;
  }
  if (hashes.body.empty()) return Outcome::kNothing;
  storage::ExternalLabel label;
  // By author, text and thread: said again it is the same example, and the other way round it
  // replaces it.
  label.external_id =
      "akismet-" + hashes.body.front().PublicId() +
      (hashes.author.empty() ? "" : "-" + hashes.author.front().PublicId().substr(0, 16));
  label.label = request.spam ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
  const storage::Timestamp now = clock_.Now();
  const storage::MaskedComment masked = storage::Mask(std::move(request.submission), keyring_);
  label.sample = SampleOf(masked, ContextOf(masked, (*site)->record.languages, now));
  // What somebody at the website says, like a decision about a comment that is here; not an import,
  // which the caps on teaching leave alone and an operator alone may do.
  const auto learnt = labels_.Append(site_id, {std::move(label)}, storage::LabelSource::kHuman,
                                     principal.key_id, now, request.deadline);
  if (!learnt.ok()) return FromStorage(learnt.status());
  return Outcome::kExample;
}

absl::StatusOr<std::optional<AkismetFeedback::Outcome>> AkismetFeedback::Decide(
    const Principal& principal, storage::SiteId site_id, const storage::CommentId& id,
    const Request& request) const {
  storage::DecisionRequest decision;
  decision.comment_id = id;
  decision.action =
      request.spam ? storage::DecisionAction::kSpam : storage::DecisionAction::kApprove;
  decision.respect_lease = false;
  decision.reason_code = kReasonCode;
  auto results = decisions_.Decide(site_id, ActorOf(principal), {std::move(decision)}, clock_.Now(),
                                   request.deadline);
  if (!results.ok()) return FromStorage(results.status());
  const storage::DecisionResult& result = results->front();
  if (absl::IsNotFound(result.status)) return std::optional<Outcome>();
  if (!result.status.ok()) return FromStorage(result.status);
  TellDecision(observer_, *result.decision, *result.comment);
  const bool was_spam = result.decision->from_status == CommentStatus::kSpam;
  return std::optional<Outcome>(was_spam == request.spam ? Outcome::kAgreed : Outcome::kCorrected);
}

}  // namespace replyguard::service
