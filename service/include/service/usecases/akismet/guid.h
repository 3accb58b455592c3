// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A comment's id as Akismet's clients know it: X-akismet-guid, a UUID in its usual form.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/types.h"

namespace replyguard::service {

// "01234567-89ab-7cde-8f01-23456789abcd".
std::string ToGuid(const storage::Uuid& id);

// Of either case, with or without its dashes; nothing for anything else.
std::optional<storage::Uuid> FromGuid(std::string_view text);

}  // namespace replyguard::service
