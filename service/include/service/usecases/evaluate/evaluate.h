// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the server's classifier would have said of labelled comments: the same masking, the same
// features, the same model, learnt label by label. Needs neither a server nor a database.
//
// Thread-safety: free functions without state; a progress callback runs on the caller's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "classifier/label.h"
#include "classifier/model.h"
#include "classifier/starter.h"
#include "service/usecases/evaluate/metrics.h"
#include "storage/label_log.h"
#include "storage/submission.h"

namespace replyguard::service {

// One comment of a stream.
struct Example {
  std::string id;                          // as the stream gives it
  std::optional<classifier::Class> label;  // absent: scored, never learnt nor measured
  storage::LabelSample sample;             // masked
  std::int64_t line = 0;                   // of the stream, from 1; 0: none
  std::string labelled_by;                 // as the stream gives it; empty: nobody knows
};

// What may be known of an example beside its submission.
struct ExampleContext {
  std::vector<std::string> site_languages;  // BCP 47
  std::optional<std::chrono::seconds> thread_age;
};

// Masked and mended (over-long fields cut, controls replaced, what is no language dropped) as an
// importer's comment is. Hashes of the author are made under a key that is no secret: they only
// tell authors of one run apart.
Example MakeExample(std::string id, std::optional<classifier::Class> label,
                    storage::Submission submission, ExampleContext context = {});

enum class Protocol {
  kOnline,         // each is scored, then learnt: the TREC spam track's immediate feedback
  kCrossValidate,  // stratified five folds, each scored by a model of the other four
  kStatic,         // scored by the model that is given; nothing is learnt
};

// What was said of one example before its label was learnt.
struct Judgement {
  classifier::RawScore score = 0;
  double probability = 0.5;  // of spam, in [0, 1]
  bool trained = false;      // whether the model knew enough for a server to decide by it
};

// Why an example was called wrongly.
struct Mistake {
  std::size_t index = 0;  // among the examples
  classifier::Explanation explanation;
};

inline constexpr std::size_t kMistakesMax = 20;

struct Evaluation {
  std::vector<Judgement> judgements;  // one an example, in their order
  std::vector<Mistake> mistakes;      // the costliest (by |score|), at most kMistakesMax
};

// Called after every example with how many are done, of how many.
using EvaluationProgress = std::function<void(std::size_t done, std::size_t of)>;

// For kCrossValidate `fold` is not used: each of the five begins with `starter`, null for none. An
// error is the fold's own, of a log that does not fit it.
absl::StatusOr<Evaluation> Evaluate(Protocol protocol, classifier::Fold fold,
                                    const std::vector<Example>& examples,
                                    const EvaluationProgress& progress,
                                    std::shared_ptr<const classifier::Starter> starter = nullptr);

// The site whose comments the examples are, unless told otherwise.
inline constexpr classifier::SiteId kExampleSite = 1;

// Learns the labelled examples in their order, as comments of `site`.
absl::Status Train(const std::vector<Example>& examples, const EvaluationProgress& progress,
                   classifier::Fold* fold, classifier::SiteId site = kExampleSite);

// The labelled ones, as Measure() takes them.
std::vector<Scored> ScoredOf(const std::vector<Example>& examples,
                             const std::vector<Judgement>& judgements);

}  // namespace replyguard::service
