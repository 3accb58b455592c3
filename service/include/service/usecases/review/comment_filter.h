// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which comments a moderator means, as asked; and the same as storage takes it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/extractor.h"
#include "service/usecases/administer/site_directory.h"
#include "service/validation/violation.h"
#include "storage/comment_search.h"
#include "storage/mutex.h"
#include "storage/thread_store.h"

namespace replyguard::service {

// Sites that one search may read.
inline constexpr std::size_t kSearchSitesMax = 100;

// What is not set does not filter.
struct CommentFilter {
  std::string text;      // at most kSearchTextBytesMax
  std::string network;   // as stored, masked
  std::string language;  // a tag, or "und-" and a script
  std::string reason;    // a policy's code; or of a rule, by its site and id:
  std::string rule_site;
  std::optional<storage::RuleId> rule_id;
  // The comment that gives a campaign its name.
  std::string campaign_site;
  std::optional<storage::CommentId> campaign;
  std::string author_id;  // 32 lower-case hexadecimal digits
  std::string thread_site;
  std::string thread_key;
  std::optional<double> probability_min;
  std::optional<double> probability_max;
  std::optional<storage::Timestamp> received_from;
  std::optional<storage::Timestamp> received_until;

  // Whether anything narrows it down but time and probability.
  bool IsNarrow() const {
    return !text.empty() || !network.empty() || !language.empty() || !reason.empty() || rule_id ||
           campaign || !author_id.empty() || !thread_key.empty();
  }
};

// Thread-safe. Holds references; they outlive it.
class FilterReader {
 public:
  FilterReader(storage::CommentSearch& search, storage::ThreadStore& threads)
      : search_(search), threads_(threads) {}

  // Adds what is wrong to `violations`. `sites`: those that are read.
  void Check(const CommentFilter& filter, const std::vector<std::shared_ptr<const SiteView>>& sites,
             validation::Violations& violations) const;

  // Nothing when no comment of this site can pass. BLOCKS. REQUIRES: Check found nothing.
  absl::StatusOr<std::optional<storage::SearchCondition>> For(const SiteView& site,
                                                              const CommentFilter& filter,
                                                              storage::Deadline deadline) const;

 private:
  std::vector<std::int64_t> Words(storage::SiteId site, std::string_view text) const;
  absl::StatusOr<bool> AddCampaign(const SiteView& site, const CommentFilter& filter,
                                   storage::SearchCondition* condition,
                                   storage::Deadline deadline) const;

  storage::CommentSearch& search_;
  storage::ThreadStore& threads_;
  mutable Mutex mutex_;
  mutable classifier::Extractor extractor_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
