// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include "postgres/session.h"
#include "storage/retention.h"

namespace replyguard::storage {

// One row with the number of the class's rows that Expire would take after the comments of `gone`.
pqxx::result ExecExpired(Tx& tx, SiteId site_id, RetentionClass data, Timestamp before,
                         const CommentsGone& gone);

}  // namespace replyguard::storage
