// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/api_keys.h"

#include <utility>

#include "service/auth/api_key.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/validation/text.h"
#include "storage/masking.h"
#include "storage/secret_text.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kKeyNameCharsMax = 100;

constexpr ErrorMeaning kMeaning{.not_found = reasons::kKeyNotFound};

storage::KeyRole StoredRole(Role role) {
  switch (role) {
    case Role::kBackend:
      return storage::KeyRole::kBackend;
    case Role::kModerator:
      return storage::KeyRole::kModerator;
    case Role::kOperator:
      return storage::KeyRole::kOperator;
  }
  return storage::KeyRole::kBackend;
}

void CheckBound(const storage::CallRate& rate, const std::optional<storage::CallRate>& bound,
                validation::Violations& violations) {
  if (!bound) return;
  constexpr std::string_view kText =
      "More than the server's own rate is for operators of every site.";
  if (rate.per_second > bound->per_second) {
    violations.Add("api_key.call_rate.per_second", validation::reason::kOutOfRange, kText);
  }
  if (rate.burst > bound->burst) {
    violations.Add("api_key.call_rate.burst", validation::reason::kOutOfRange, kText);
  }
}

// `bound`: the most that may be given; nothing: any.
absl::Status CheckKey(ApiKeys::CreateRequest& request, storage::Timestamp now,
                      const std::optional<storage::CallRate>& bound) {
  validation::Violations violations;
  validation::TextRule rule;
  rule.required = true;
  rule.name = true;
  rule.chars_max = kKeyNameCharsMax;
  validation::CheckText(request.display_name, rule, "api_key.display_name", "The name", violations);
  if (request.role == Role::kBackend && !request.site) {
    violations.Add("api_key.site", validation::reason::kRequired,
                   "A backend's key is for one site.");
  }
  if (request.expires_at && *request.expires_at <= now) {
    violations.Add("api_key.expire_time", validation::reason::kOutOfRange,
                   "A key must expire in the future.");
  }
  if (request.call_rate) {
    CheckRange(request.call_rate->per_second, 1, storage::kCallRateMax,
               "api_key.call_rate.per_second", violations, "calls");
    CheckRange(request.call_rate->burst, 1, storage::kCallRateMax, "api_key.call_rate.burst",
               violations, "calls");
    CheckBound(*request.call_rate, bound, violations);
  }
  return InvalidFields(violations);
}

ApiKeys::KeyInfo InfoOf(const SiteDirectory& sites, storage::ApiKeyRecord record) {
  ApiKeys::KeyInfo info;
  record.secret_hash.clear();
  if (record.site_id) {
    const auto site = sites.FindById(*record.site_id);
    info.site = site ? site->record.slug : std::string();
  }
  info.record = std::move(record);
  return info;
}

absl::Status LastOperatorKey() {
  return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kLastOperatorKey,
                   "this is the last operator key of every site: make another one first. Forced, "
                   "it is revoked, and the way back is on the server itself: replyguard key create "
                   "--bootstrap --force");
}

}  // namespace

ApiKeys::ApiKeys(const SiteDirectory& sites, storage::ApiKeyStore& keys, const Clock& clock,
                 std::optional<storage::CallRate> standard,
                 std::function<void(const std::string&)> revoked)
    : sites_(sites),
      keys_(keys),
      clock_(clock),
      standard_(standard),
      revoked_(std::move(revoked)) {}

absl::StatusOr<ApiKeys::CreateResult> ApiKeys::Create(const Principal& principal,
                                                      CreateRequest request,
                                                      storage::Deadline deadline) const {
  std::optional<storage::SiteId> site_id;
  if (request.site) {
    const auto site = sites_.Enter(principal, Permission::kAdminister, *request.site);
    if (!site.ok()) return site.status();
    site_id = (*site)->record.site_id;
  } else if (absl::Status status = AuthorizeEverySite(principal, Permission::kAdminister);
             !status.ok()) {
    return status;
  }
  const storage::Timestamp now = clock_.Now();
  const bool any_rate = AuthorizeEverySite(principal, Permission::kAdminister).ok();
  if (absl::Status status = CheckKey(request, now, any_rate ? std::nullopt : standard_);
      !status.ok()) {
    return status;
  }

  auth::NewApiKey made = auth::GenerateApiKey();
  storage::ApiKeyRecord record;
  record.key_id = made.id;
  record.secret_hash.assign(made.hash.begin(), made.hash.end());
  record.display_name = storage::MaskText(request.display_name).text();
  record.role = StoredRole(request.role);
  record.site_id = site_id;
  record.created_at = now;
  record.expires_at = request.expires_at;
  record.call_rate = request.call_rate;
  const storage::AuditEvent audit =
      AuditBy(principal, clock_, site_id.value_or(0), storage::AuditKind::kApiKey, "CREATED",
              "apiKeys/" + record.key_id, record.display_name);
  const absl::Status status = keys_.Create(record, deadline, &audit);
  if (!status.ok()) {
    storage::WipeString(made.text);
    return FromStorage(status, {.not_found = reasons::kSiteNotFound});
  }
  return CreateResult{InfoOf(sites_, std::move(record)), std::move(made.text)};
}

absl::StatusOr<std::vector<ApiKeys::KeyInfo>> ApiKeys::List(const Principal& principal,
                                                            const ListRequest& request,
                                                            storage::Deadline deadline) const {
  const std::optional<std::string>& slug = request.site ? request.site : principal.site;
  storage::ApiKeyQuery query;
  if (slug) {
    const auto site = sites_.Enter(principal, Permission::kAdminister, *slug);
    if (!site.ok()) return site.status();
    query.site_id = (*site)->record.site_id;
  } else if (absl::Status status = AuthorizeEverySite(principal, Permission::kAdminister);
             !status.ok()) {
    return status;
  }
  validation::Violations violations;
  CheckRange(request.limit, 1, storage::kApiKeyPageMax, "page_size", violations, "keys");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  query.before_created_at = request.before_created_at;
  query.before_key_id = request.before_key_id;
  query.limit = request.limit;
  auto page = keys_.List(query, deadline);
  if (!page.ok()) return FromStorage(page.status());
  std::vector<KeyInfo> infos;
  infos.reserve(page->size());
  for (storage::ApiKeyRecord& record : *page) infos.push_back(InfoOf(sites_, std::move(record)));
  return infos;
}

absl::StatusOr<ApiKeys::KeyInfo> ApiKeys::Revoke(const Principal& principal,
                                                 const std::string& key_id,
                                                 storage::Deadline deadline, bool force) const {
  // Which site the key is of is known only once it is read; until then nothing may show.
  if (absl::Status status = AuthorizeCovered(principal, Permission::kAdminister); !status.ok()) {
    return status;
  }
  const absl::Status every_site = AuthorizeEverySite(principal, Permission::kAdminister);
  const auto key = keys_.Get(key_id, deadline);
  if (!every_site.ok()) {
    if (absl::IsNotFound(key.status())) return every_site;
    if (!key.ok()) return FromStorage(key.status(), kMeaning);
    const auto site = key->site_id ? sites_.FindById(*key->site_id) : nullptr;
    if (!site || !Authorize(principal, Permission::kAdminister, site->record.slug).ok()) {
      return every_site;
    }
  }
  if (!key.ok()) return FromStorage(key.status(), kMeaning);
  const storage::AuditEvent audit =
      AuditBy(principal, clock_, key->site_id.value_or(0), storage::AuditKind::kApiKey, "REVOKED",
              "apiKeys/" + key_id, key->display_name);
  auto revoked = keys_.Revoke(key_id, clock_.Now(), !force, deadline, &audit);
  if (absl::IsFailedPrecondition(revoked.status())) return LastOperatorKey();
  if (!revoked.ok()) return FromStorage(revoked.status(), kMeaning);
  if (revoked_) revoked_(key_id);
  return InfoOf(sites_, *std::move(revoked));
}

}  // namespace replyguard::service
