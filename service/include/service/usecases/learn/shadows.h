// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The shadow: set it, and see what it would have done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/shadow_store.h"

namespace replyguard::service {

class SiteDirectory;

inline constexpr std::int32_t kShadowDaysMax = 365;
inline constexpr std::size_t kShadowExcerptBytesMax = 200;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS.
class Shadows {
 public:
  // How often two verdicts met, and who was nearer to what people decided.
  struct Pair {
    storage::Verdict verdict = storage::Verdict::kHold;
    storage::Verdict shadow_verdict = storage::Verdict::kHold;
    std::int64_t count = 0;
    std::int64_t active_right_count = 0;
    std::int64_t shadow_right_count = 0;
  };
  struct Day {
    std::string date;  // "2026-01-31"
    std::int64_t compared_count = 0;
    std::int64_t disagreed_count = 0;
  };
  struct Report {
    std::optional<std::int64_t> generation;  // nothing: there never was a shadow
    storage::ShadowChange in_force;
    std::int64_t compared_count = 0;
    std::int64_t disagreed_count = 0;
    std::int64_t active_right_count = 0;
    std::int64_t shadow_right_count = 0;
    std::vector<Pair> pairs;  // by verdict, then shadow_verdict
    std::vector<Day> days;    // oldest first
  };
  struct Row {
    std::string site;
    storage::ShadowDisagreement disagreement;
    std::string excerpt;  // of the comment's text; at most kShadowExcerptBytesMax
  };
  // Whether the shadow was nearer to what a moderator decided; nothing when none approved the
  // comment or called it spam.
  static std::optional<bool> ShadowRight(const storage::ShadowDisagreement& disagreement);

  Shadows(const SiteDirectory& sites, storage::ShadowStore& store, const Clock& clock);

  // Nothing takes it off. Needs an operator's key that covers every site. GENERATION_NOT_FOUND;
  // SHADOW_IS_ACTIVE.
  absl::StatusOr<storage::ShadowChange> Set(const Principal& principal,
                                            std::optional<std::int64_t> generation,
                                            storage::Deadline deadline) const;

  // Of one site, or of every site that the key covers; `generation` nothing: the one set last.
  // INVALID_ARGUMENT for days out of 1 to kShadowDaysMax.
  absl::StatusOr<Report> GetReport(const Principal& principal,
                                   const std::optional<std::string>& site, std::int32_t days,
                                   std::optional<std::int64_t> generation,
                                   storage::Deadline deadline) const;

  // Newest comment first; query.site_id is not looked at. A page shorter than the limit is the
  // last.
  absl::StatusOr<std::vector<Row>> List(const Principal& principal,
                                        const std::optional<std::string>& site,
                                        storage::ShadowQuery query,
                                        storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::ShadowStore& store_;
  const Clock& clock_;
};

}  // namespace replyguard::service
