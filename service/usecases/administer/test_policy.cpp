// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/test_policy.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "storage/comment_store.h"
#include "usecases/administer/tried_site.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::StatusSource;

std::vector<AssessmentReason> FirstReasons(std::vector<AssessmentReason> reasons) {
  if (reasons.size() > kChangeReasonsMax) reasons.resize(kChangeReasonsMax);
  return reasons;
}

void Count(const storage::CommentRecord& comment, const Judgement& present, const Judgement& tested,
           TestPolicy::Result* result) {
  ++result->tested_count;
  if (present.assessment.verdict == tested.assessment.verdict) return;
  ++result->changed_count;
  const bool by_person = comment.status_source == StatusSource::kModerator;
  const bool now_spam = tested.assessment.verdict == storage::Verdict::kSpam;
  if (by_person && now_spam && comment.status == CommentStatus::kApproved) ++result->lost_count;
  if (by_person && now_spam && comment.status == CommentStatus::kSpam) ++result->caught_count;
  if (result->changes.size() == kVerdictChangesMax) return;
  result->changes.push_back({comment.comment_id, present.assessment.verdict,
                             tested.assessment.verdict, FirstReasons(tested.details.reasons)});
}

absl::Status Check(TestPolicy::Request& request) {
  validation::Violations violations;
  if (!request.rule && !request.policy) {
    violations.Add("rule", validation::reason::kRequired, "Give a rule or a policy to test.");
  }
  if (request.rule) violations.Add(policy::CheckRule(*request.rule));
  if (request.policy) violations.Add(policy::CheckSitePolicy(*request.policy, "policy."));
  CheckRange(request.comment_count, 1, kTestedCommentsMax, "comment_count", violations, "comments");
  return InvalidFields(violations);
}

}  // namespace

TestPolicy::TestPolicy(const SiteDirectory& sites, storage::SiteStore& store,
                       storage::CommentStore& comments, const Judge& judge, const Clock& clock)
    : sites_(sites), store_(store), comments_(comments), judge_(judge), clock_(clock) {}

absl::StatusOr<TestPolicy::Result> TestPolicy::Run(const Principal& principal, Request request,
                                                   storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kAdminister, request.site);
  if (!site.ok()) return site.status();
  if (absl::Status status = Check(request); !status.ok()) return status;
  std::vector<policy::Rule> rules;
  if (request.rule) {
    auto read = RulesOf(store_, (*site)->record.site_id, deadline);
    if (!read.ok()) return read.status();
    rules = *std::move(read);
  }
  const auto changed = TriedSite(**site, request.policy, request.rule, std::move(rules));

  Result result;
  // One for the whole call, whatever is learnt or activated meanwhile.
  const auto model = judge_.PresentModel();
  if (model != nullptr) result.model_id = model->id().ToString();
  std::optional<storage::CommentId> before;
  while (result.tested_count < request.comment_count) {
    const std::int32_t limit =
        std::min(request.comment_count - result.tested_count, storage::kCommentPageMax);
    const auto page = comments_.ListNewest((*site)->record.site_id, before, limit, deadline);
    if (!page.ok()) return FromStorage(page.status());
    for (const storage::CommentRecord& comment : *page) {
      // Judging takes time of its own; a call that nobody waits for any more ends.
      if (std::chrono::steady_clock::now() > deadline) {
        return FromStorage(absl::DeadlineExceededError("the test takes longer than the call"));
      }
      const auto present =
          judge_.PrepareStored(*site, comment, SampleOf(comment), {}, clock_.Now(), model);
      const auto tested = Judge::Rejudged(*present, changed);
      Count(comment, Judge::Finish(*present, nullptr), Judge::Finish(*tested, nullptr), &result);
    }
    if (page->size() < static_cast<std::size_t>(limit)) break;
    before = page->back().comment_id;
  }
  return result;
}

}  // namespace replyguard::service
