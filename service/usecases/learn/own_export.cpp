// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/own_export.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "usecases/classify.h"
#include "usecases/learn/log_pages.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::chrono::seconds kStoreTimeMax{10};

}  // namespace

absl::StatusOr<std::int64_t> OwnExportPosition(const classifier::Fold& fold,
                                               storage::LabelLog& labels, WorkProgress& progress) {
  const auto head = labels.HeadPosition(std::chrono::steady_clock::now() + kStoreTimeMax);
  if (!head.ok()) return FromStorage(head.status());
  const auto position = static_cast<std::int64_t>(fold.position());
  // Hostile files tell any.
  if (position <= 0 || position > *head) return 0;
  // Whether each sample's label in force then is one that the file holds.
  std::map<std::pair<classifier::SiteId, classifier::SampleId>, bool> known;
  LogPages pages(labels, {}, std::max<std::int64_t>(0, position - kOwnExportRows), position);
  while (true) {
    const auto page = pages.Next();
    if (!page.ok()) return page.status();
    if (page->empty()) break;
    if (absl::Status status = progress.Check(); !status.ok()) return status;
    for (const storage::LabelEntry& entry : *page) {
      const std::pair sample{static_cast<classifier::SiteId>(entry.site_id),
                             SampleIdOf(entry.sample_id)};
      if (entry.new_state && !entry.new_state->sample.erased) {
        known[sample] = fold.Holds(sample.first, sample.second);
      } else {
        known.erase(sample);
      }
    }
  }
  const auto held = static_cast<std::size_t>(
      std::count_if(known.begin(), known.end(), [](const auto& one) { return one.second; }));
  return held > 0 && 2 * held >= known.size() ? position : 0;
}

}  // namespace replyguard::service
