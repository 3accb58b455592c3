// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is held of comments beside themselves.
#pragma once

#include <vector>

#include "postgres/session.h"
#include "storage/export_store.h"

namespace replyguard::storage {

// Of each of the comments, in their order.
std::vector<HeldBeside> ReadBeside(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids);

}  // namespace replyguard::storage
