// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/backtest.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "classifier/extractor.h"
#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "service/usecases/submit/judge.h"
#include "usecases/administer/tried_site.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/learn/begin_fold.h"
#include "usecases/learn/replay.h"
#include "usecases/storage_errors.h"
#include "usecases/submit/recorded.h"

namespace replyguard::service {
namespace {

using storage::CommentRecord;
using storage::Verdict;

absl::Status Check(Backtest::Request& request) {
  validation::Violations violations;
  CheckRange(request.days, 1, kBacktestDaysMax, "days", violations);
  CheckRange(request.comment_count, 1, kBacktestCommentsMax, "comment_count_max", violations,
             "comments");
  CheckRange(request.example_count, 1, kBacktestExamplesMax, "example_count_max", violations,
             "examples");
  if (request.rule) violations.Add(policy::CheckRule(*request.rule));
  if (request.policy) violations.Add(policy::CheckSitePolicy(*request.policy, "policy."));
  return InvalidFields(violations);
}

BacktestLabel LabelOf(const CommentRecord& comment) {
  if (comment.status_source != storage::StatusSource::kModerator) return BacktestLabel::kUndecided;
  if (comment.status == storage::CommentStatus::kApproved) return BacktestLabel::kGood;
  if (comment.status == storage::CommentStatus::kSpam) return BacktestLabel::kSpam;
  return BacktestLabel::kUndecided;
}

// The newest examples of those that come in order of receipt.
class Newest {
 public:
  void Add(Backtest::Example example, std::int32_t count_max) {
    examples_.push_front(std::move(example));
    if (examples_.size() > static_cast<std::size_t>(count_max)) examples_.pop_back();
  }
  std::vector<Backtest::Example> Take() {
    return {std::make_move_iterator(examples_.begin()), std::make_move_iterator(examples_.end())};
  }

 private:
  std::deque<Backtest::Example> examples_;
};

// Of the call, for the answer.
constexpr std::chrono::seconds kAnswerTime{2};

// What comes of judging the comments one after the other.
class Tally {
 public:
  explicit Tally(std::int32_t examples_max) : examples_max_(examples_max) {}

  void Count(const CommentRecord& comment, Verdict present, const storage::Assessment& tested) {
    const BacktestLabel label = LabelOf(comment);
    const Verdict recorded = comment.assessment.verdict;
    auto& [count, examples] = kinds_[{label, recorded, present, tested.verdict}];
    ++count;
    const bool lost = label == BacktestLabel::kGood && tested.verdict == Verdict::kSpam;
    const bool missed = label == BacktestLabel::kSpam && tested.verdict == Verdict::kApprove;
    if (present == tested.verdict && !lost && !missed) return;
    examples.Add(ExampleOf(comment, tested), examples_max_);
  }

  void CountHit(const CommentRecord& comment, const storage::Assessment& tested) {
    switch (LabelOf(comment)) {
      case BacktestLabel::kGood:
        ++hits_.good_count;
        break;
      case BacktestLabel::kSpam:
        ++hits_.spam_count;
        break;
      case BacktestLabel::kUndecided:
        ++hits_.undecided_count;
        break;
    }
    hit_examples_.Add(ExampleOf(comment, tested), examples_max_);
  }
  void CountUnknownHit() { ++hits_.unknown_count; }

  std::vector<Backtest::Kind> TakeKinds() {
    std::vector<Backtest::Kind> out;
    for (auto& [key, kind] : kinds_) {
      const auto& [label, recorded, present, tested] = key;
      out.push_back({label, recorded, present, tested, kind.first, kind.second.Take()});
    }
    return out;
  }
  Backtest::RuleHits TakeHits() {
    hits_.examples = hit_examples_.Take();
    return std::move(hits_);
  }

 private:
  static Backtest::Example ExampleOf(const CommentRecord& comment,
                                     const storage::Assessment& tested) {
    return {comment.comment_id, CutText(comment.body, kBacktestExcerptBytesMax),
            comment.assessment.probability, tested.probability, comment.submitted_at};
  }

  const std::int32_t examples_max_;
  std::map<std::tuple<BacktestLabel, Verdict, Verdict, Verdict>, std::pair<std::int64_t, Newest>>
      kinds_;
  Backtest::RuleHits hits_;
  Newest hit_examples_;
};

// Judges comments of one site again.
class Rejudge {
 public:
  Rejudge(std::shared_ptr<const SiteView> present, std::shared_ptr<const SiteView> site,
          const Backtest::Request& request, std::vector<policy::Rule> rules,
          std::optional<Replay> replay, storage::Timestamp now, Tally& tally)
      : present_(std::move(present)),
        site_(std::move(site)),
        same_(!request.policy && !request.rule && !request.generation),
        rules_(std::move(rules)),
        tried_(request.rule ? policy::RuleSet::Compile({*request.rule}) : nullptr),
        replay_(std::move(replay)),
        now_(now),
        tally_(tally) {}

  absl::Status One(const CommentRecord& comment, storage::Deadline deadline) {
    const AssessmentDetails details = DetailsOf(comment.assessment);
    const auto said = Score(comment, details, deadline);
    if (!said.ok()) return said.status();
    const auto prepared = Prepare(site_, comment, details);
    const storage::HistoryContext context = RecordedContext(details);
    const Judgement judgement = Judge::FinishWith(*prepared, &context, *said);
    Verdict present = judgement.assessment.verdict;
    if (!same_) {
      present = Judge::FinishWith(*Prepare(present_, comment, details), &context,
                                  RecordedResult(comment.assessment, details))
                    .assessment.verdict;
    }
    tally_.Count(comment, present, judgement.assessment);
    if (tried_ != nullptr) CountHit(comment, *prepared, judgement.assessment);
    return absl::OkStatus();
  }

  // Empty without a generation.
  std::string ModelId() const {
    return replay_ ? replay_->Present()->id().ToString() : std::string();
  }

 private:
  std::shared_ptr<PreparedComment> Prepare(const std::shared_ptr<const SiteView>& site,
                                           const CommentRecord& comment,
                                           const AssessmentDetails& details) const {
    auto prepared =
        Judge::PrepareUnscored(site, comment, SampleOf(comment), RecordedBodyHashes(comment), now_);
    // Of rules about single addresses only what they said then is known.
    AddRecordedMatches(details, rules_, now_, &prepared->rule_matches);
    prepared->network_rules_unknown = false;
    return prepared;
  }

  absl::StatusOr<std::optional<classifier::Result>> Score(const CommentRecord& comment,
                                                          const AssessmentDetails& details,
                                                          storage::Deadline deadline) {
    if (!replay_) return RecordedResult(comment.assessment, details);
    absl::Status status = replay_->AdvanceTo(comment.site_id, comment.comment_id, deadline);
    if (!status.ok()) return status;
    const storage::LabelSample sample = SampleOf(comment);
    classifier::Features features;
    extractor_.Extract(SampleDocument(sample).get(), &features);
    return WithRecordedHistory(
        replay_->Present()->Score(static_cast<classifier::SiteId>(comment.site_id), features),
        details);
  }

  void CountHit(const CommentRecord& comment, const PreparedComment& prepared,
                const storage::Assessment& tested) {
    // The rule tried is the one without an id.
    const bool hit = std::any_of(prepared.rule_matches.begin(), prepared.rule_matches.end(),
                                 [](const auto& match) { return match.rule->id.empty(); });
    if (hit) {
      tally_.CountHit(comment, tested);
    } else if (tried_->MayMatch(tried_->MatchMaskedNetwork(comment.ip_masked), now_)) {
      tally_.CountUnknownHit();
    }
  }

  const std::shared_ptr<const SiteView> present_;
  const std::shared_ptr<const SiteView> site_;  // with what is tried
  const bool same_;
  const std::vector<policy::Rule> rules_;  // of the site
  const std::shared_ptr<const policy::RuleSet> tried_;
  std::optional<Replay> replay_;
  classifier::Extractor extractor_;
  const storage::Timestamp now_;
  Tally& tally_;
};

}  // namespace

Backtest::Backtest(const SiteDirectory& sites, storage::SiteStore& store,
                   storage::CommentStore& comments, storage::LabelLog& labels,
                   storage::GenerationStore& generations,
                   std::shared_ptr<const classifier::Starter> starter, const Clock& clock)
    : sites_(sites),
      store_(store),
      comments_(comments),
      labels_(labels),
      generations_(generations),
      starter_(std::move(starter)),
      clock_(clock) {}

absl::StatusOr<Backtest::Result> Backtest::Run(const Principal& principal, Request request,
                                               storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kTrain, request.site);
  if (!site.ok()) return site.status();
  if (request.generation) {
    if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  }
  if (absl::Status status = Check(request); !status.ok()) return status;
  std::optional<Replay> replay;
  if (request.generation) {
    auto generation = generations_.Get(*request.generation, deadline);
    if (!generation.ok()) {
      return FromStorage(generation.status(), {.not_found = reasons::kGenerationNotFound});
    }
    auto fold = BeginFold(*generation, starter_, &generations_, deadline);
    if (!fold.ok()) return fold.status();
    replay.emplace(labels_, *std::move(fold), *std::move(generation));
  }
  const storage::SiteId site_id = (*site)->record.site_id;
  auto rules = RulesOf(store_, site_id, deadline);
  if (!rules.ok()) return rules.status();
  const storage::Timestamp now = clock_.Now();
  storage::CommentId after = storage::UuidV7LowerBound(now - std::chrono::hours(24) * request.days);
  const auto before = comments_.BeforeNewest(site_id, after, request.comment_count, deadline);
  if (!before.ok()) return FromStorage(before.status());
  after = before->value_or(after);

  Result result;
  result.cut = before->has_value();
  Tally tally(request.example_count);
  Rejudge rejudge(*site, TriedSite(**site, request.policy, request.rule, *rules), request, *rules,
                  std::move(replay), now, tally);
  while (result.comment_count < request.comment_count) {
    const std::int32_t limit =
        std::min(request.comment_count - static_cast<std::int32_t>(result.comment_count),
                 storage::kCommentPageMax);
    const auto page = comments_.ListReceived(site_id, after, limit, deadline);
    if (!page.ok()) return FromStorage(page.status());
    for (const CommentRecord& comment : *page) {
      if (request.cancelled && request.cancelled()) {
        return absl::CancelledError("nobody waits for the backtest any more");
      }
      // Learning the log up to the comment may take the rest of the time.
      const auto until = deadline - kAnswerTime;
      absl::Status status = std::chrono::steady_clock::now() > until
                                ? absl::DeadlineExceededError("")
                                : rejudge.One(comment, until);
      result.stopped = absl::IsDeadlineExceeded(status);
      if (result.stopped) break;
      if (!status.ok()) return status;
      result.until = storage::TimeOfUuidV7(comment.comment_id);
      if (!result.from) result.from = result.until;
      ++result.comment_count;
    }
    if (result.stopped || page->size() < static_cast<std::size_t>(limit)) break;
    after = page->back().comment_id;
  }
  result.cut = result.cut || result.stopped;
  result.model_id = rejudge.ModelId();
  result.kinds = tally.TakeKinds();
  if (request.rule) result.rule_hits = tally.TakeHits();
  return result;
}

}  // namespace replyguard::service
