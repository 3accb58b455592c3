// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/label_doctor.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <span>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/learner.h"
#include "service/validation/violation.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::int32_t kPageLabels = 500;
// What is kept of a text, for people: enough for kExcerptBytesMax of the contract.
constexpr std::size_t kExcerptBytesKept = 200;
// Of the call's time, when all labels are to be reviewed; if they are not, a kReviewShrink-th of
// them, and so on.
constexpr std::array<double, 3> kReviewTimeShares{0.5, 0.8, 0.95};
constexpr std::size_t kReviewShrink = 4;

// As long as a short review takes.
constexpr std::chrono::seconds kRetryDelay{5};

std::size_t BytesOf(const storage::LabelSample& sample) {
  return sample.body.size() + sample.author_name.size() + sample.author_url.size() +
         sample.user_agent.size() + sample.context_json.size();
}

}  // namespace

LabelDoctor::LabelDoctor(const SiteDirectory& sites, const Learner& learner,
                         storage::LabelLog& labels, storage::GenerationStore& generations,
                         Reviewer reviewer)
    : sites_(sites),
      learner_(learner),
      labels_(labels),
      generations_(generations),
      reviewer_(std::move(reviewer)) {}

absl::StatusOr<LabelDoctor::Result> LabelDoctor::Review(const Principal& principal,
                                                        const std::string& site, const Page& page,
                                                        std::int32_t problem_count,
                                                        storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(static_cast<std::int64_t>(page.excluded.size()), 0, storage::kExcludedKeysMax,
             "excluded_api_keys", violations, "keys");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  if (absl::Status status = Begin((*view)->record.site_id); !status.ok()) return status;
  const absl::Cleanup turn = [this, id = (*view)->record.site_id] { End(id); };
  const auto active = generations_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  std::set<std::string> excluded(active->excluded.begin(), active->excluded.end());
  excluded.insert(page.excluded.begin(), page.excluded.end());
  Result result;
  result.position = page.as_of;
  if (page.as_of == 0) {
    const auto head = labels_.HeadPosition(deadline);
    if (!head.ok()) return FromStorage(head.status());
    result.position = *head;
  }
  std::vector<LabelToReview> samples;
  const std::int64_t before = page.before == 0 ? result.position + 1 : page.before;
  absl::Status status =
      Read({(*view)->record.site_id, {excluded.begin(), excluded.end()}, result.position, before},
           static_cast<std::size_t>(page.label_count), deadline, &samples, &result);
  if (!status.ok()) return status;
  ReviewOptions options;
  options.starter = learner_.shared_starter();
  options.problems_max = static_cast<std::size_t>(problem_count);
  status = ReviewInTime(samples, options, deadline, &result);
  if (!status.ok()) return status;
  return result;
}

absl::Status LabelDoctor::Begin(storage::SiteId site) const {
  const MutexLock lock(mutex_);
  if (std::find(reviewed_.begin(), reviewed_.end(), site) != reviewed_.end()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kReviewRuns,
                     "another review of the site's labels runs on this server");
  }
  if (reviewed_.size() == kReviewsMax) {
    ErrorDetail detail;
    detail.reason = std::string(reasons::kOverloaded);
    detail.retry_delay = kRetryDelay;
    return MakeError(absl::StatusCode::kResourceExhausted,
                     "as many reviews of labels run on this server as may at once", detail);
  }
  reviewed_.push_back(site);
  return absl::OkStatus();
}

void LabelDoctor::End(storage::SiteId site) const {
  const MutexLock lock(mutex_);
  std::erase(reviewed_, site);
}

// A review cannot tell how long it will take: a part of the time for all, then for fewer.
absl::Status LabelDoctor::ReviewInTime(const std::vector<LabelToReview>& samples,
                                       ReviewOptions options, storage::Deadline deadline,
                                       Result* result) const {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t count = samples.size();
  absl::Status status;
  for (const double share : kReviewTimeShares) {
    const std::chrono::duration<double> time = share * (deadline - begin);
    options.deadline =
        begin + std::chrono::duration_cast<std::chrono::steady_clock::duration>(time);
    auto review = reviewer_(std::span(samples).last(count), options);
    status = review.status();
    if (review.ok()) {
      const auto dropped = static_cast<std::ptrdiff_t>(samples.size() - count);
      result->labels.erase(result->labels.begin(), result->labels.begin() + dropped);
      result->more_labels = result->more_labels || dropped > 0;
      result->review = *std::move(review);
    }
    if (!absl::IsDeadlineExceeded(status)) return status;
    count /= kReviewShrink;
  }
  return status;
}

// Newest first from storage, oldest first in what is handed on.
absl::Status LabelDoctor::Read(storage::InForceQuery query, std::size_t label_count,
                               storage::Deadline deadline, std::vector<LabelToReview>* samples,
                               Result* result) const {
  std::size_t bytes = 0;
  for (bool more = true; more;) {
    query.limit = kPageLabels;
    auto page = labels_.InForce(query, deadline);
    if (!page.ok()) return FromStorage(page.status());
    more = page->size() == static_cast<std::size_t>(kPageLabels);
    for (storage::LabelEntry& entry : *page) {
      query.before = entry.position;
      if (entry.cap != storage::LabelCap::kNone) {
        ++result->capped_count;
        continue;
      }
      storage::LabelSample& text = entry.new_state->sample;
      bytes += BytesOf(text);
      if (samples->size() == label_count || bytes > kReviewedBytesMax) {
        result->more_labels = true;
        more = false;
        break;
      }
      const bool spam = entry.new_state->label == storage::LabelClass::kSpam;
      std::string excerpt = CutText(text.body, kExcerptBytesKept);
      samples->push_back({spam ? classifier::Class::kSpam : classifier::Class::kHam,
                          entry.import_id.empty()
                              ? entry.labelled_by
                              : storage::ImportExclusion(entry.site_id, entry.import_id),
                          std::move(text)});
      text = {};
      text.body = std::move(excerpt);
      result->labels.push_back(std::move(entry));
    }
  }
  std::reverse(samples->begin(), samples->end());
  std::reverse(result->labels.begin(), result->labels.end());
  return absl::OkStatus();
}

}  // namespace replyguard::service
