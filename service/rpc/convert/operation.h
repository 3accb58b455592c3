// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Operations as the contract shows them. Thread-safety: pure functions.
#pragma once

#include "replyguard/v1/operation.pb.h"
#include "storage/operation_store.h"

namespace replyguard::service {

class SiteDirectory;

namespace rpc {

// With its request, and its response or error. `sites` as for comparisons.
void ToProto(const SiteDirectory& sites, const storage::Operation& operation, v1::Operation* out);

}  // namespace rpc
}  // namespace replyguard::service
