// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/audit.h"

#include <utility>

#include "storage/masking.h"
#include "usecases/fields.h"

namespace replyguard::service {

storage::AuditEvent AuditBy(const Principal& principal, const Clock& clock, storage::SiteId site,
                            storage::AuditKind kind, std::string_view act, std::string subject,
                            std::string_view summary) {
  storage::AuditEvent event;
  event.site_id = site;
  event.kind = kind;
  event.act = act;
  event.subject = std::move(subject);
  event.actor = ActorName(principal);
  event.actor_key_id = principal.key_id;
  event.summary = CutText(storage::MaskText(summary).text(), kAuditSummaryBytesMax);
  event.created_at = clock.Now();
  return event;
}

}  // namespace replyguard::service
