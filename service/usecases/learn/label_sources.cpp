// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/label_sources.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "classifier/binomial.h"

namespace replyguard::service {
namespace {

using Counts = std::array<std::int64_t, 2>;  // by class

std::size_t ClassOf(const LabelToReview& label) { return static_cast<std::size_t>(label.label); }

void Bound(double confidence, Share* share) {
  share->bounds = classifier::ClopperPearson(static_cast<std::uint64_t>(share->count),
                                             static_cast<std::uint64_t>(share->of), confidence);
}

Share Rest(const Share& all, const Share& own, double confidence) {
  Share rest;
  rest.count = all.count - own.count;
  rest.of = all.of - own.of;
  Bound(confidence, &rest);
  return rest;
}

void Add(const Share& one, Share* sum) {
  sum->count += one.count;
  sum->of += one.of;
}

// By source: what most of the others say of the same text.
std::map<std::string, Share> Outvoted(std::span<const LabelToReview> labels,
                                      const std::vector<std::vector<std::size_t>>& groups) {
  std::map<std::string, Share> outvoted;
  for (const auto& group : groups) {
    Counts all{};
    std::map<std::string, Counts> by_source;
    for (const std::size_t i : group) {
      ++all[ClassOf(labels[i])];
      ++by_source[labels[i].source][ClassOf(labels[i])];
    }
    for (const auto& [source, own] : by_source) {
      const Counts others = {all[0] - own[0], all[1] - own[1]};
      if (others[0] + others[1] == 0) continue;
      Share& share = outvoted[source];
      share.of += own[0] + own[1];
      if (others[1] > others[0]) share.count += own[0];
      if (others[0] > others[1]) share.count += own[1];
    }
  }
  return outvoted;
}

bool Above(const Share& one, const Share& others) {
  return one.of >= static_cast<std::int64_t>(kSourceLabelsMin) && others.of > 0 &&
         one.bounds.low > others.bounds.high;
}

}  // namespace

std::vector<SourceLabels> SourcesOf(std::span<const LabelToReview> labels) {
  std::map<std::string, std::vector<std::size_t>> by_name;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!labels[i].source.empty()) by_name[labels[i].source].push_back(i);
  }
  std::vector<SourceLabels> sources;
  for (auto& [name, indexes] : by_name) sources.push_back({name, std::move(indexes)});
  std::stable_sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) {
    return a.indexes.size() > b.indexes.size();
  });
  return sources;
}

std::size_t JudgedSources(std::span<const LabelToReview> labels,
                          const std::vector<SourceLabels>& sources) {
  if (sources.empty() || sources.front().indexes.size() == labels.size()) return 0;
  const auto few = std::find_if(sources.begin(), sources.end(), [](const SourceLabels& source) {
    return source.indexes.size() < kSourceLabelsMin;
  });
  return std::min(static_cast<std::size_t>(few - sources.begin()), kReviewedSourcesMax);
}

std::vector<SourceReview> CompareSources(std::span<const LabelToReview> labels,
                                         const std::vector<SourceLabels>& sources,
                                         std::size_t judged, const std::vector<bool>& contradicted,
                                         const std::vector<std::vector<std::size_t>>& groups) {
  // Two intervals of each source, and two of the others.
  const double confidence =
      1 - (1 - kSourceConfidence) / static_cast<double>(std::max<std::size_t>(4 * judged, 1));
  std::map<std::string, Share> outvoted = Outvoted(labels, groups);
  std::vector<SourceReview> reviews;
  Share all_contradicted;
  Share all_outvoted;
  for (const auto& [source, share] : outvoted) Add(share, &all_outvoted);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    SourceReview review;
    review.source = sources[s].name;
    review.outvoted = outvoted[review.source];
    review.label_count = static_cast<std::int64_t>(sources[s].indexes.size());
    for (const std::size_t i : sources[s].indexes) {
      review.spam_count += labels[i].label == classifier::Class::kSpam;
      if (s < judged) review.contradicted.count += contradicted[i];
    }
    if (s < judged) review.contradicted.of = review.label_count;
    Add(review.contradicted, &all_contradicted);
    reviews.push_back(std::move(review));
  }
  for (SourceReview& review : reviews) {
    Bound(confidence, &review.contradicted);
    Bound(confidence, &review.outvoted);
    review.others_contradicted = Rest(all_contradicted, review.contradicted, confidence);
    review.others_outvoted = Rest(all_outvoted, review.outvoted, confidence);
    review.suspicious = Above(review.contradicted, review.others_contradicted) ||
                        Above(review.outvoted, review.others_outvoted);
  }
  std::stable_sort(reviews.begin(), reviews.end(),
                   [](const auto& a, const auto& b) { return a.suspicious > b.suspicious; });
  return reviews;
}

}  // namespace replyguard::service
