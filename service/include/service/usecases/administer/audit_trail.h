// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What people did beside deciding about comments, for operators.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "storage/review_store.h"

namespace replyguard::service {

class SiteDirectory;

// Thread-safe. Holds references; they outlive it. List BLOCKS: run it on a bounded executor.
class AuditTrail {
 public:
  struct Request {
    // Nothing: every site that the key covers, and what belongs to no site if it covers all.
    std::optional<std::string> site;
    std::optional<storage::AuditKind> kind;
    std::string actor_key_id;
    std::string actor;
    std::optional<storage::Timestamp> from;
    std::optional<storage::Timestamp> until;
    std::optional<storage::Uuid> before;  // of the last one of the page before
    std::int32_t limit = 50;              // 1 to storage::kAuditPageMax
  };

  AuditTrail(const SiteDirectory& sites, storage::ReviewStore& review)
      : sites_(sites), review_(review) {}

  // Newest first. A page shorter than the limit is the last. Needs the role operator.
  absl::StatusOr<std::vector<storage::AuditEvent>> List(const Principal& principal,
                                                        const Request& request,
                                                        storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::ReviewStore& review_;
};

}  // namespace replyguard::service
