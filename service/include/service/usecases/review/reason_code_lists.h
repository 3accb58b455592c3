// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The reasons that moderators may give for decisions, site by site.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/review_store.h"

namespace replyguard::service {

class SiteDirectory;

inline constexpr std::size_t kReasonLabelBytesMax = 200;

struct ReasonCodeList {
  std::vector<storage::ReasonCode> codes;
  bool own = false;
};

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
class ReasonCodeLists {
 public:
  ReasonCodeLists(const SiteDirectory& sites, storage::ReviewStore& review, const Clock& clock);

  // The site's own, or the built-in one.
  absl::StatusOr<ReasonCodeList> Get(const Principal& principal, const std::string& site,
                                     storage::Deadline deadline) const;
  // Needs the role operator. At most storage::kReasonCodesMax; empty returns to the built-in one.
  absl::StatusOr<ReasonCodeList> Set(const Principal& principal, const std::string& site,
                                     std::vector<storage::ReasonCode> codes,
                                     storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::ReviewStore& review_;
  const Clock& clock_;
};

}  // namespace replyguard::service
