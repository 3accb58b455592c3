// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/operator_keys.h"

namespace replyguard::service {

bool IsGoodOperatorKey(const storage::ApiKeyRecord& key, storage::Timestamp now) {
  return key.role == storage::KeyRole::kOperator && !key.site_id && !key.revoked_at &&
         (!key.expires_at || *key.expires_at > now);
}

absl::StatusOr<std::optional<std::string>> FindGoodOperatorKey(storage::ApiKeyStore& keys,
                                                               std::string_view except,
                                                               storage::Timestamp now,
                                                               storage::Deadline deadline) {
  storage::ApiKeyQuery query;
  query.limit = storage::kApiKeyPageMax;
  while (true) {
    const auto page = keys.List(query, deadline);
    if (!page.ok()) return page.status();
    for (const storage::ApiKeyRecord& key : *page) {
      if (key.key_id != except && IsGoodOperatorKey(key, now)) return key.key_id;
    }
    if (page->size() < static_cast<std::size_t>(query.limit)) return std::nullopt;
    query.before_created_at = page->back().created_at;
    query.before_key_id = page->back().key_id;
  }
}

}  // namespace replyguard::service
