// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/compare.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "classifier/fold.h"
#include "service/usecases/errors.h"
#include "service/usecases/evaluate/metrics.h"
#include "usecases/classify.h"
#include "usecases/learn/begin_fold.h"
#include "usecases/learn/change_pages.h"
#include "usecases/learn/followed_fold.h"
#include "usecases/learn/log_pages.h"
#include "usecases/learn/verdict.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using Sample = std::pair<storage::SiteId, classifier::SampleId>;

constexpr std::chrono::seconds kStoreTimeMax{30};
constexpr std::chrono::seconds kWeighTimeMax{30};  // of one site
constexpr std::size_t kNewestShare = 10;           // one in so many is held out
constexpr std::size_t kStratifiedShare = 20;       // of each class

// The label in force of a sample.
struct InForce {
  std::int64_t position = 0;
  storage::LabelClass label = storage::LabelClass::kHam;
};

using Labels = absl::flat_hash_map<Sample, InForce>;

// A label that is asked about.
struct Question {
  std::int64_t position = 0;
  storage::SiteId site_id = 0;
  std::string sample_id;
  storage::LabelClass label = storage::LabelClass::kHam;
  classifier::Features features;
  // Of having come before people; nothing where chance did not choose it.
  std::optional<double> inclusion_probability{};
};

struct Answers {
  std::vector<storage::Verdict> verdicts;
  std::vector<Scored> scored;
};

// Calls take(row) for each row of the pages.
template <typename Pages, typename Take>
absl::Status ForEach(Pages& pages, WorkProgress& progress, Take take) {
  while (true) {
    auto page = pages.Next();
    if (!page.ok()) return page.status();
    if (page->empty()) return absl::OkStatus();
    for (auto& row : *page) {
      if (absl::Status status = progress.Check(); !status.ok()) return status;
      take(row);
      progress.Add(1);
    }
  }
}

Sample SampleOf(const storage::LabelEntry& entry) {
  return {entry.site_id, SampleIdOf(entry.sample_id)};
}

std::vector<std::string> Both(const storage::Generation& a, const storage::Generation& b) {
  std::set<std::string> keys(a.excluded.begin(), a.excluded.end());
  keys.insert(b.excluded.begin(), b.excluded.end());
  return {keys.begin(), keys.end()};
}

// Which samples are held out, of those in force.
std::set<Sample> HoldOut(const Labels& in_force) {
  // In whatever order; then in that of the log.
  std::vector<std::pair<Sample, InForce>> labels(in_force.begin(), in_force.end());
  std::sort(labels.begin(), labels.end(),
            [](const auto& a, const auto& b) { return a.second.position > b.second.position; });
  const std::size_t newest =
      std::min(labels.size(), std::clamp((labels.size() + kNewestShare - 1) / kNewestShare,
                                         kHeldOutMin, kNewestHeldOutMax));
  std::set<Sample> held;
  for (std::size_t i = 0; i < newest; ++i) held.insert(labels[i].first);
  for (const auto label : {storage::LabelClass::kHam, storage::LabelClass::kSpam}) {
    std::vector<Sample> of_class;
    for (std::size_t i = newest; i < labels.size(); ++i) {
      if (labels[i].second.label == label) of_class.push_back(labels[i].first);
    }
    // A sample's number is a hash of its id: its order has nothing to do with anything.
    std::sort(of_class.begin(), of_class.end(),
              [](const Sample& a, const Sample& b) { return a.second < b.second; });
    of_class.resize(
        std::min((of_class.size() + kStratifiedShare - 1) / kStratifiedShare, kOlderHeldOutMax));
    held.insert(of_class.begin(), of_class.end());
  }
  return held;
}

class Comparer {
 public:
  explicit Comparer(const CompareInput& input) : input_(input) {}

  absl::StatusOr<Comparison> Run() {
    if (absl::Status status = Begin(2); !status.ok()) return status;
    input_.progress.Begin("learning base");
    if (absl::Status status = Figure(input_.base, true, &base_, &out_.base); !status.ok()) {
      return status;
    }
    input_.progress.Begin("learning candidate");
    if (absl::Status status = Figure(input_.candidate, false, &candidate_, &out_.candidate);
        !status.ok()) {
      return status;
    }
    NoteChanges();
    return std::move(out_);
  }

  absl::StatusOr<ModelEvaluation> RunOne() {
    if (absl::Status status = Begin(1); !status.ok()) return status;
    input_.progress.Begin("learning");
    ModelEvaluation evaluation;
    if (absl::Status status = Figure(input_.base, true, &base_, &evaluation.figures);
        !status.ok()) {
      return status;
    }
    evaluation.position = out_.position;
    evaluation.label_count = out_.label_count;
    evaluation.held_out_count = out_.held_out_count;
    evaluation.held_out_spam_count = out_.held_out_spam_count;
    return evaluation;
  }

 private:
  // Chooses what is asked of so many generations.
  absl::Status Begin(std::int64_t generations) {
    const auto head = input_.labels.HeadPosition(std::chrono::steady_clock::now() + kStoreTimeMax);
    if (!head.ok()) return FromStorage(head.status());
    out_.position = *head;
    const std::int64_t readings = generations + 1;  // of the log
    input_.progress.Begin("choosing examples");
    input_.progress.Expect(readings * *head);
    if (absl::Status status = FindHeldOut(generations); !status.ok()) return status;
    input_.progress.Expect(readings * *head + generations * out_.held_out_count);
    return absl::OkStatus();
  }

  // Learns as one of both and judges; the model is gone afterwards. The first one collects what
  // both are asked.
  absl::Status Figure(const storage::Generation& generation, bool collects, Answers* answers,
                      ModelFigures* figures) {
    const auto model = Learn(generation, collects);
    if (!model.ok()) return model.status();
    if (absl::Status status = collects ? Weigh() : absl::OkStatus(); !status.ok()) return status;
    input_.progress.Begin(collects ? "judging base" : "judging candidate");
    auto judged = Judge(generation, **model, answers);
    if (!judged.ok()) return judged.status();
    *figures = *judged;
    return absl::OkStatus();
  }

  absl::Status FindHeldOut(std::int64_t generations) {
    LogPages pages(input_.labels,
                   generations == 1 ? input_.base.excluded : Both(input_.base, input_.candidate), 0,
                   out_.position);
    absl::Status status = ForEach(pages, input_.progress, [this](const storage::LabelEntry& entry) {
      if (entry.new_state && !entry.new_state->sample.erased) {
        in_force_[SampleOf(entry)] = {entry.position, entry.new_state->label};
      } else if (entry.old_state || entry.new_state) {
        in_force_.erase(SampleOf(entry));
      }
    });
    if (!status.ok()) return status;
    out_.label_count = static_cast<std::int64_t>(in_force_.size());
    held_ = HoldOut(in_force_);
    for (const Sample& sample : held_) {
      if (in_force_.at(sample).label == storage::LabelClass::kSpam) ++out_.held_out_spam_count;
    }
    out_.held_out_count = static_cast<std::int64_t>(held_.size());
    const std::int64_t ham = out_.held_out_count - out_.held_out_spam_count;
    if (out_.label_count >= kCompareLabelsMin && out_.held_out_spam_count > 0 && ham > 0) {
      return absl::OkStatus();
    }
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kTooFewLabels,
                     "a comparison needs " + std::to_string(kCompareLabelsMin) +
                         " labels that count, and of those held out one of each class: there are " +
                         std::to_string(out_.label_count) + " labels, and held out are " +
                         std::to_string(ham) + " good and " +
                         std::to_string(out_.held_out_spam_count) + " spam");
  }

  absl::StatusOr<classifier::Fold> BeginningOf(const storage::Generation& generation,
                                               bool candidate) const {
    if (candidate && input_.candidate_begins != nullptr) return input_.candidate_begins->Copy();
    return BeginFold(generation, input_.starter, &input_.generations,
                     std::chrono::steady_clock::now() + kStoreTimeMax);
  }

  // `asks`: keeps what is asked about on the way.
  absl::StatusOr<std::shared_ptr<const classifier::Model>> Learn(
      const storage::Generation& generation, bool asks) {
    auto fold = BeginningOf(generation, !asks);
    if (!fold.ok()) return fold.status();
    const auto begins = static_cast<std::int64_t>(fold->position());
    // Beside those who are served: one thread reads, one extracts, and this one learns.
    ChangePages pages(input_.labels, generation.excluded, 0, out_.position, 1);
    absl::Status status = ForEach(pages, input_.progress, [&](LoggedChange& row) {
      const storage::LabelEntry& entry = row.entry;
      classifier::LabelChange& change = row.change;
      if (!asks && entry.left_out) ++out_.excluded_count;
      if (held_.contains(SampleOf(entry))) {
        if (asks && change.after && in_force_.at(SampleOf(entry)).position == entry.position) {
          questions_.push_back({entry.position,
                                entry.site_id,
                                entry.sample_id,
                                entry.new_state->label,
                                std::move(change.after->features),
                                {}});
        }
        change.before.reset();
        change.after.reset();
      }
      // A base stands for what comes before.
      if (entry.position > begins) (void)ApplyOrSkip(change, *fold);
    });
    if (!status.ok()) return status;
    return fold->Snapshot();
  }

  // Imported examples were all labelled; of comments storage knows.
  absl::Status Weigh() {
    std::map<storage::SiteId, std::pair<std::vector<storage::CommentId>, std::vector<Question*>>>
        comments;
    for (Question& question : questions_) {
      const std::string_view id = question.sample_id;
      const auto comment =
          id.starts_with("c:") ? storage::Uuid::FromHex(id.substr(2)) : std::nullopt;
      if (!comment) {
        question.inclusion_probability = 1;
        continue;
      }
      comments[question.site_id].first.push_back(*comment);
      comments[question.site_id].second.push_back(&question);
    }
    for (const auto& [site, asked] : comments) {
      const auto found = input_.labels.Inclusions(site, asked.first,
                                                  std::chrono::steady_clock::now() + kWeighTimeMax);
      if (!found.ok()) return FromStorage(found.status());
      for (std::size_t i = 0; i < asked.second.size(); ++i) {
        asked.second[i]->inclusion_probability = (*found)[i];
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<ModelFigures> Judge(const storage::Generation& generation,
                                     const classifier::Model& model, Answers* answers) const {
    ModelFigures figures;
    figures.generation = generation.number;
    classifier::WeightSums ham;
    for (const Question& question : questions_) {
      if (absl::Status status = input_.progress.Check(); !status.ok()) return status;
      input_.progress.Add(1);
      const classifier::Result result = classifier::Model::Finish(
          model.Score(static_cast<classifier::SiteId>(question.site_id), question.features), {});
      const storage::Verdict verdict = VerdictOf(result, input_.policy_of(question.site_id));
      const bool spam = question.label == storage::LabelClass::kSpam;
      Share& share = spam ? figures.spam_missed : figures.ham_lost;
      ++share.of;
      if (spam != (verdict == storage::Verdict::kSpam)) ++share.count;
      if (!spam && question.inclusion_probability) {
        ham.Add(1 / *question.inclusion_probability, verdict == storage::Verdict::kSpam);
        ++figures.weighted_count;
      }
      answers->verdicts.push_back(verdict);
      answers->scored.push_back({static_cast<double>(result.score), result.probability, spam});
    }
    for (Share* share : {&figures.ham_lost, &figures.spam_missed}) {
      share->bounds =
          classifier::ClopperPearson(static_cast<std::uint64_t>(share->count),
                                     static_cast<std::uint64_t>(share->of), kComparisonConfidence);
    }
    figures.weighted_ham_lost = classifier::BoundShare(ham, kComparisonConfidence);
    figures.metrics = Measure(answers->scored);
    return figures;
  }

  // Questions are in the order of the log.
  void NoteChanges() {
    for (std::size_t i = questions_.size(); i-- > 0;) {
      if (base_.verdicts[i] == candidate_.verdicts[i]) continue;
      ++out_.changed_count;
      if (out_.changes.size() == kComparedChangesMax) continue;
      const Question& question = questions_[i];
      out_.changes.push_back({question.site_id, question.sample_id, question.label,
                              base_.verdicts[i], candidate_.verdicts[i]});
    }
  }

  const CompareInput& input_;
  Labels in_force_;
  std::set<Sample> held_;
  std::vector<Question> questions_;
  Answers base_;
  Answers candidate_;
  Comparison out_;
};

}  // namespace

absl::StatusOr<Comparison> Compare(const CompareInput& input) { return Comparer(input).Run(); }

absl::StatusOr<ModelEvaluation> EvaluateOne(const CompareInput& input) {
  return Comparer(input).RunOne();
}

}  // namespace replyguard::service
