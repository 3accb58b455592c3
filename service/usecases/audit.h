// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/review_store.h"

namespace replyguard::service {

inline constexpr std::size_t kAuditSummaryBytesMax = 500;

// What somebody did, as it is kept. Addresses in the summary are masked. `site` 0: of no site.
storage::AuditEvent AuditBy(const Principal& principal, const Clock& clock, storage::SiteId site,
                            storage::AuditKind kind, std::string_view act, std::string subject,
                            std::string_view summary);

}  // namespace replyguard::service
