// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/label_doctor.h"

#include <algorithm>
#include <set>
#include <utility>

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

// Makes sure that one review runs at a time, as each takes a processor for long.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& busy) : busy_(busy), mine_(!busy.exchange(true)) {}
  ~Turn() {
    if (mine_) busy_ = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool mine() const { return mine_; }

 private:
  std::atomic<bool>& busy_;
  const bool mine_;
};

std::size_t BytesOf(const storage::LabelSample& sample) {
  return sample.body.size() + sample.author_name.size() + sample.author_url.size() +
         sample.user_agent.size() + sample.context_json.size();
}

}  // namespace

LabelDoctor::LabelDoctor(const SiteDirectory& sites, const Learner& learner,
                         storage::LabelLog& labels, storage::GenerationStore& generations)
    : sites_(sites), learner_(learner), labels_(labels), generations_(generations) {}

absl::StatusOr<LabelDoctor::Result> LabelDoctor::Review(
    const Principal& principal, const std::string& site, const std::vector<std::string>& excluded,
    std::int32_t label_count, std::int32_t problem_count, storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(static_cast<std::int64_t>(excluded.size()), 0, storage::kExcludedKeysMax,
             "excluded_api_keys", violations, "keys");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const Turn turn(busy_);
  if (!turn.mine()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kReviewRuns,
                     "another review of labels runs on this server");
  }
  const auto active = generations_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  std::set<std::string> keys(active->excluded.begin(), active->excluded.end());
  keys.insert(excluded.begin(), excluded.end());
  const auto head = labels_.HeadPosition(deadline);
  if (!head.ok()) return FromStorage(head.status());

  Result result;
  result.position = *head;
  std::vector<LabelToReview> samples;
  absl::Status status =
      Read({(*view)->record.site_id, {keys.begin(), keys.end()}, *head, *head + 1},
           static_cast<std::size_t>(label_count), deadline, &samples, &result);
  if (!status.ok()) return status;
  ReviewOptions options;
  options.starter = learner_.shared_starter();
  options.problems_max = static_cast<std::size_t>(problem_count);
  options.deadline = deadline;
  auto review = ReviewLabels(samples, options);
  if (!review.ok()) return review.status();
  result.review = *std::move(review);
  return result;
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
                          entry.labelled_by, std::move(text)});
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
