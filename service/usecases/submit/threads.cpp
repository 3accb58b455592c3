// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/threads.h"

#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/text.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr ErrorMeaning kMeaning{.not_found = reasons::kThreadNotFound,
                                .already_exists = reasons::kThreadExists,
                                .aborted = reasons::kStaleEtag};

void CheckKey(std::string_view key, std::string_view field, validation::Violations& violations) {
  if (validation::IsThreadKey(key)) return;
  violations.Add(field, validation::reason::kNameInvalid,
                 "A thread's key is 1 to 200 of A to Z, a to z, 0 to 9 and . _ ~ -.");
}

absl::Status CheckUpdate(Threads::UpdateRequest& request) {
  validation::Violations violations;
  CheckKey(request.key, "thread.name", violations);
  CheckEtag(request.etag, "thread.etag", violations);
  if (request.uri) {
    validation::TextRule rule;
    rule.bytes_max = validation::kThreadUriBytesMax;
    if (validation::CheckText(*request.uri, rule, "thread.uri", "The address", violations) &&
        !request.uri->empty() &&
        validation::CheckUrl(*request.uri) != validation::UrlProblem::kNone) {
      violations.Add("thread.uri", validation::reason::kUrlInvalid,
                     "The address must be an absolute http or https URL.");
    }
  }
  if (request.title) {
    validation::TextRule rule;
    rule.chars_max = validation::kThreadTitleCharsMax;
    validation::CheckText(*request.title, rule, "thread.title", "The title", violations);
  }
  return InvalidFields(violations);
}

}  // namespace

Threads::Threads(const SiteDirectory& sites, storage::ThreadStore& threads, const Clock& clock)
    : sites_(sites), threads_(threads), clock_(clock) {}

absl::StatusOr<storage::ThreadRecord> Threads::Get(const Principal& principal,
                                                   const std::string& site, const std::string& key,
                                                   storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kComments, site);
  if (!view.ok()) return view.status();
  auto thread = threads_.Get((*view)->record.site_id, key, deadline);
  if (!thread.ok()) return FromStorage(thread.status(), kMeaning);
  return thread;
}

absl::StatusOr<storage::ThreadRecord> Threads::Update(const Principal& principal,
                                                      const UpdateRequest& request,
                                                      storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return site.status();
  UpdateRequest checked = request;
  if (absl::Status status = CheckUpdate(checked); !status.ok()) return status;

  storage::ThreadChange change;
  change.site_id = (*site)->record.site_id;
  change.key = std::move(checked.key);
  change.create = checked.allow_missing;
  change.expected_revision = ExpectedRevision(checked.etag);
  // Addresses of people do not belong into titles either; a plain one must never reach the disk.
  if (checked.uri) change.uri = storage::MaskText(*checked.uri).text();
  if (checked.title) change.title = storage::MaskText(*checked.title).text();
  change.state = checked.state;
  change.published_at = checked.published_at;
  change.now = clock_.Now();
  auto thread = threads_.Change(change, deadline);
  if (!thread.ok()) return FromStorage(thread.status(), kMeaning);
  return thread;
}

absl::StatusOr<storage::ThreadRecord> Threads::Move(const Principal& principal,
                                                    const std::string& site, const std::string& key,
                                                    const std::string& new_key,
                                                    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kComments, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckKey(new_key, "destination_name", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  auto thread = threads_.Move((*view)->record.site_id, key, new_key, clock_.Now(), deadline);
  if (!thread.ok()) return FromStorage(thread.status(), kMeaning);
  return thread;
}

}  // namespace replyguard::service
