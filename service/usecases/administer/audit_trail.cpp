// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/audit_trail.h"

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {

absl::StatusOr<std::vector<storage::AuditEvent>> AuditTrail::List(
    const Principal& principal, const Request& request, storage::Deadline deadline) const {
  storage::AuditQuery query;
  if (request.site) {
    const auto site = sites_.Enter(principal, Permission::kAdminister, *request.site);
    if (!site.ok()) return site.status();
    query.sites.push_back((*site)->record.site_id);
  } else {
    const auto sites = sites_.EnterCovered(principal, Permission::kAdminister);
    if (!sites.ok()) return sites.status();
    for (const auto& site : *sites) query.sites.push_back(site->record.site_id);
    if (AuthorizeEverySite(principal, Permission::kAdminister).ok()) query.sites.push_back(0);
  }
  validation::Violations violations;
  CheckRange(request.limit, 1, storage::kAuditPageMax, "page_size", violations, "events");
  CheckActorName(request.actor, "actor", violations);
  CheckActorKeyId(request.actor_key_id, "actor_key_id", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  query.kind = request.kind;
  query.actor_key_id = request.actor_key_id;
  query.actor = request.actor;
  query.from = request.from;
  query.until = request.until;
  query.before = request.before;
  query.limit = request.limit;
  auto events = review_.Audit(query, deadline);
  if (!events.ok()) return FromStorage(events.status());
  return events;
}

}  // namespace replyguard::service
