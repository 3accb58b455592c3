// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/search_rows.h"

namespace replyguard::storage {

static_assert(kAlikeBitsMax == 12);

FoundComment ReadFound(const pqxx::row& row) {
  FoundComment found;
  found.comment_id = UuidAt(row[0]);
  found.status = EnumAt<CommentStatus>(row[1]);
  found.status_source = EnumAt<StatusSource>(row[2]);
  found.revision = row[3].as<std::int64_t>();
  found.author_hash = BytesAt(row[4]);
  found.author_name = TextAt(row[5]);
  found.ip_masked = TextAt(row[6]);
  found.lease_token = TextAt(row[7]);
  return found;
}

}  // namespace replyguard::storage
