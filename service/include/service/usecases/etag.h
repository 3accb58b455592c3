// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Etags: what tells one state of a resource from the next. Made of the revision that storage
// counts.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace replyguard::service {

// "r12".
std::string EtagOf(std::int64_t revision);

// The revision an etag stands for. Empty: nothing is expected. A text that is no etag of ours is
// that of no revision: 0, which no resource ever has, so that the call ends in STALE_ETAG as the
// contract says.
std::optional<std::int64_t> ExpectedRevision(std::string_view etag);

}  // namespace replyguard::service
