// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The files that hold secrets, as secrets.cpp reads and makes them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace replyguard::service {

inline constexpr char kHmacFile[] = "/hmac.keys";

// The whole of a small one; the caller wipes it. NOT_FOUND, PERMISSION_DENIED (also when others may
// read it), INVALID_ARGUMENT for a large one.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// Mode 0600, on the disk when this returns. OK and nothing is written when it is there.
absl::Status CreateSecretFile(const std::string& path, std::string text);

}  // namespace replyguard::service
