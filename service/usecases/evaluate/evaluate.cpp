// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/evaluate/evaluate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "service/usecases/comment_context.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/submission.h"
#include "storage/author_keyring.h"
#include "storage/masked_comment.h"
#include "usecases/classify.h"

namespace replyguard::service {
namespace {

using classifier::Class;

constexpr std::size_t kFolds = 5;

const storage::AuthorKeyring& Keyring() {
  static const storage::AuthorKeyring* const kKeyring = [] {
    storage::AuthorKeyring::KeyBytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i + 1);
    return new storage::AuthorKeyring(*storage::AuthorKeyring::Create(1, {{1, bytes}}));
  }();
  return *kKeyring;
}

// Those that a site could have.
std::vector<std::string> SiteLanguages(std::vector<std::string> tags) {
  std::erase_if(tags, [](const std::string& tag) { return !validation::IsLanguageTag(tag); });
  if (tags.size() > validation::kSiteLanguagesMax) tags.resize(validation::kSiteLanguagesMax);
  return tags;
}

bool IsSpam(const Example& example) { return example.label == Class::kSpam; }

// One pass over examples: extracts, scores and learns with the memory it keeps.
class Run {
 public:
  explicit Run(classifier::Fold fold, classifier::SiteId site = kExampleSite)
      : fold_(std::move(fold)), site_(site) {}

  Judgement Judge(const Example& example, std::size_t index) {
    const SampleDocument document(example.sample);
    extractor_.Extract(document.get(), &features_);
    if (model_ == nullptr) model_ = fold_.Present();
    const classifier::Result result =
        classifier::Model::Finish(model_->Score(site_, features_), {});
    if (example.label && IsSpam(example) != (result.probability >= 0.5)) {
      NoteMistake(*model_, document.get(), index, result.score);
    }
    return {result.score, result.probability, result.training.trained};
  }

  absl::Status Learn(const Example& example) {
    if (!example.label) return absl::OkStatus();
    extractor_.Extract(SampleDocument(example.sample).get(), &features_);
    return LearnJudged(example);
  }

  // The same of the example that Judge() has just had.
  absl::Status LearnJudged(const Example& example) {
    if (!example.label) return absl::OkStatus();
    classifier::LabelChange change;
    change.position = fold_.position() + 1;
    change.site = site_;
    change.sample = change.position;
    change.after.emplace();
    change.after->label = *example.label;
    change.after->author = AuthorHashOf(example.sample);
    change.after->features = std::move(features_);
    model_.reset();
    return fold_.Apply(change);
  }

  std::vector<Mistake> TakeMistakes() { return std::move(mistakes_); }
  classifier::Fold TakeFold() { return std::move(fold_); }

 private:
  static classifier::RawScore Cost(const Mistake& mistake) {
    return std::abs(mistake.explanation.result.score);
  }

  // Explained at once: a moment later the model will have learnt it.
  void NoteMistake(const classifier::Model& model, const classifier::Document& document,
                   std::size_t index, classifier::RawScore score) {
    const auto cheapest = [](const Mistake& a, const Mistake& b) { return Cost(a) < Cost(b); };
    const auto least = std::min_element(mistakes_.begin(), mistakes_.end(), cheapest);
    if (mistakes_.size() < kMistakesMax) {
      mistakes_.push_back({index, model.Explain(site_, document, {}, &extractor_)});
    } else if (Cost(*least) < std::abs(score)) {
      *least = {index, model.Explain(site_, document, {}, &extractor_)};
    }
  }

  classifier::Fold fold_;
  const classifier::SiteId site_;
  std::shared_ptr<const classifier::Model> model_;  // what fold_ says now; null: not asked yet
  classifier::Extractor extractor_;
  classifier::Features features_;  // of the newest example
  std::vector<Mistake> mistakes_;
};

void KeepCostliest(std::vector<Mistake>* mistakes) {
  std::stable_sort(mistakes->begin(), mistakes->end(), [](const Mistake& a, const Mistake& b) {
    return std::abs(a.explanation.result.score) > std::abs(b.explanation.result.score);
  });
  if (mistakes->size() > kMistakesMax) mistakes->resize(kMistakesMax);
}

absl::StatusOr<Evaluation> CrossValidate(const std::shared_ptr<const classifier::Starter>& starter,
                                         const std::vector<Example>& examples,
                                         const EvaluationProgress& progress) {
  // Each class is dealt out in its order, so that every fold has its share of both.
  std::vector<std::size_t> fold_of(examples.size());
  std::array<std::size_t, 2> seen{};
  std::size_t unlabelled = 0;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    std::size_t& count = examples[i].label ? seen[IsSpam(examples[i]) ? 1 : 0] : unlabelled;
    fold_of[i] = count++ % kFolds;
  }
  Evaluation evaluation;
  evaluation.judgements.resize(examples.size());
  std::size_t done = 0;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    Run run{classifier::Fold(starter)};
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (fold_of[i] == fold) continue;
      if (const auto status = run.Learn(examples[i]); !status.ok()) return status;
      progress(++done, kFolds * examples.size());
    }
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (fold_of[i] != fold) continue;
      evaluation.judgements[i] = run.Judge(examples[i], i);
      progress(++done, kFolds * examples.size());
    }
    for (Mistake& mistake : run.TakeMistakes()) evaluation.mistakes.push_back(std::move(mistake));
  }
  KeepCostliest(&evaluation.mistakes);
  return evaluation;
}

}  // namespace

Example MakeExample(std::string id, std::optional<Class> label, storage::Submission submission,
                    ExampleContext context) {
  validation::Repair(submission, validation::Time{});
  Example example;
  example.id = std::move(id);
  example.label = label;
  const storage::MaskedComment masked = storage::Mask(std::move(submission), Keyring());
  CommentContext known = ContextOf(masked, SiteLanguages(std::move(context.site_languages)), {});
  known.thread_age = context.thread_age;
  example.sample = SampleOf(masked, known);
  return example;
}

absl::StatusOr<Evaluation> Evaluate(Protocol protocol, classifier::Fold fold,
                                    const std::vector<Example>& examples,
                                    const EvaluationProgress& progress,
                                    std::shared_ptr<const classifier::Starter> starter) {
  if (protocol == Protocol::kCrossValidate) return CrossValidate(starter, examples, progress);
  Run run(std::move(fold));
  Evaluation evaluation;
  evaluation.judgements.reserve(examples.size());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    evaluation.judgements.push_back(run.Judge(examples[i], i));
    if (protocol == Protocol::kOnline) {
      if (const auto status = run.LearnJudged(examples[i]); !status.ok()) return status;
    }
    progress(i + 1, examples.size());
  }
  evaluation.mistakes = run.TakeMistakes();
  KeepCostliest(&evaluation.mistakes);
  return evaluation;
}

absl::Status Train(const std::vector<Example>& examples, const EvaluationProgress& progress,
                   classifier::Fold* fold, classifier::SiteId site) {
  Run run(std::move(*fold), site);
  absl::Status status;
  for (std::size_t i = 0; i < examples.size() && status.ok(); ++i) {
    status = run.Learn(examples[i]);
    progress(i + 1, examples.size());
  }
  *fold = run.TakeFold();
  return status;
}

std::vector<Scored> ScoredOf(const std::vector<Example>& examples,
                             const std::vector<Judgement>& judgements) {
  std::vector<Scored> scored;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (!examples[i].label) continue;
    scored.push_back(
        {classifier::Nats(judgements[i].score), judgements[i].probability, IsSpam(examples[i])});
  }
  return scored;
}

}  // namespace replyguard::service
