// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whether there is an operator key to rule the installation with. Thread-safety: pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/api_key_store.h"

namespace replyguard::service {

// Of every site, neither revoked nor expired.
bool IsGoodOperatorKey(const storage::ApiKeyRecord& key, storage::Timestamp now);

// The id of such a key, beside `except`; nothing when there is none. BLOCKS.
absl::StatusOr<std::optional<std::string>> FindGoodOperatorKey(storage::ApiKeyStore& keys,
                                                               std::string_view except,
                                                               storage::Timestamp now,
                                                               storage::Deadline deadline);

}  // namespace replyguard::service
