// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Sources of labels that disagree with all others.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "service/usecases/learn/label_review.h"

namespace replyguard::service {

struct SourceLabels {
  std::string name;
  std::vector<std::size_t> indexes;  // of its labels, ascending
};

// Those with a name, most labels first, then by name.
std::vector<SourceLabels> SourcesOf(std::span<const LabelToReview> labels);

// How many of SourcesOf are judged: a prefix. None when there is but one source.
std::size_t JudgedSources(std::span<const LabelToReview> labels,
                          const std::vector<SourceLabels>& sources);

// `contradicted[i]`: of label i, by a model without its source. `groups`: texts that belong
// together. Pure.
std::vector<SourceReview> CompareSources(std::span<const LabelToReview> labels,
                                         const std::vector<SourceLabels>& sources,
                                         std::size_t judged, const std::vector<bool>& contradicted,
                                         const std::vector<std::vector<std::size_t>>& groups);

}  // namespace replyguard::service
