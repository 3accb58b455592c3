// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Backtest: what a policy, a rule or a generation of the model would have done to past comments,
// against what moderators decided.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/starter.h"
#include "service/auth/principal.h"
#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"
#include "service/usecases/clock.h"
#include "storage/comment_store.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"
#include "storage/site_store.h"

namespace replyguard::service {

class SiteDirectory;

inline constexpr std::int32_t kBacktestDaysMax = 365;
inline constexpr std::int32_t kBacktestCommentsMax = 20'000;
inline constexpr std::int32_t kBacktestExamplesMax = 50;
inline constexpr std::size_t kBacktestExcerptBytesMax = 200;

// What people said of a comment.
enum class BacktestLabel { kGood = 1, kSpam = 2, kUndecided = 3 };

// Thread-safe. Holds references; they outlive it.
class Backtest {
 public:
  struct Request {
    std::string site;
    std::int32_t days = 30;                             // 1 to kBacktestDaysMax
    std::int32_t comment_count = kBacktestCommentsMax;  // the newest; 1 to kBacktestCommentsMax
    std::optional<policy::SitePolicy> policy{};         // instead of the site's
    std::optional<policy::Rule> rule{};                 // to add
    std::optional<std::int64_t> generation{};           // instead of what was said then
    std::int32_t example_count = 10;                    // of each kind; 1 to kBacktestExamplesMax
    std::function<bool()> cancelled{};                  // nobody waits any more; may be empty
  };
  struct Example {
    storage::CommentId comment_id{};
    std::string excerpt{};  // at most kBacktestExcerptBytesMax
    std::optional<double> recorded_probability{};
    std::optional<double> probability{};
    storage::Timestamp submitted_at{};
  };
  // Comments with the same label and verdicts: as it came, by the policy and rules of now with what
  // was said then, and by what is tried.
  struct Kind {
    BacktestLabel label = BacktestLabel::kUndecided;
    storage::Verdict recorded = storage::Verdict::kHold;
    storage::Verdict present = storage::Verdict::kHold;
    storage::Verdict tested = storage::Verdict::kHold;
    std::int64_t count = 0;
    // Newest first; of kinds that what is tried changes, that lost a good comment or approved spam.
    std::vector<Example> examples{};
  };
  struct RuleHits {
    std::int64_t good_count = 0;
    std::int64_t spam_count = 0;
    std::int64_t undecided_count = 0;
    // It may match, but only the network of the address is kept.
    std::int64_t unknown_count = 0;
    std::vector<Example> examples{};  // newest first
  };
  struct Result {
    std::int64_t comment_count = 0;
    bool cut = false;      // there were more
    bool stopped = false;  // of these the newest, as the time was over
    std::optional<storage::Timestamp> from{};
    std::optional<storage::Timestamp> until{};  // when the newest judged one was received
    std::vector<Kind> kinds{};                  // by label and verdicts; none that is empty
    std::optional<RuleHits> rule_hits{};
    std::string model_id{};  // of the newest comment, with a generation
  };

  Backtest(const SiteDirectory& sites, storage::SiteStore& store, storage::CommentStore& comments,
           storage::LabelLog& labels, storage::GenerationStore& generations,
           std::shared_ptr<const classifier::Starter> starter, const Clock& clock);

  // BLOCKS. Reads the comments in pages, in order of receipt; with a generation it learns the label
  // log along with them, so that each is scored by a model that has not learnt it. Keeps a page,
  // the examples and one model. What is replayed and what is not: replyguard.v1.BacktestResponse.
  // Stops two seconds before the deadline with what was judged by then. An operator's key; with a
  // generation one that covers every site. INVALID_ARGUMENT; PERMISSION_DENIED; SITE_NOT_FOUND;
  // GENERATION_NOT_FOUND; DEADLINE_EXCEEDED; CANCELLED.
  absl::StatusOr<Result> Run(const Principal& principal, Request request,
                             storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::SiteStore& store_;
  storage::CommentStore& comments_;
  storage::LabelLog& labels_;
  storage::GenerationStore& generations_;
  const std::shared_ptr<const classifier::Starter> starter_;
  const Clock& clock_;
};

}  // namespace replyguard::service
