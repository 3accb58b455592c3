// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The one statement that reads what decisions need, for all members of a batch.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "postgres/session.h"
#include "storage/history.h"

namespace replyguard::storage {

struct LookupMember {
  const HistoryQuery* query = nullptr;  // not null
  std::string_view request_id;          // empty: none
};

// The row that has the request_id already.
struct StoredRequest {
  CommentId comment_id;
  std::string fingerprint;
};

struct LookupAnswer {
  std::optional<StoredRequest> stored;
  HistoryContext context;
};

// In the order of the members. Throws what libpqxx throws.
std::vector<LookupAnswer> LookUp(Tx& tx, const std::vector<LookupMember>& members);

// Adds one comment, newer than all others, to what was seen.
void CountAsNewest(CommentStatus status, bool verified, bool recent_wanted, std::int32_t recent_max,
                   SeenBefore& seen);

}  // namespace replyguard::storage
