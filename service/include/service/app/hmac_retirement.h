// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The end of a rotation of the HMAC key in the file of secrets (see service/app/secrets.h): an old
// key goes. That nothing depends on it any more is for the caller to know.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace replyguard::service {

// OK when DropHmacKey would take the key out.
absl::Status CheckDropHmacKey(const std::string& secrets_dir, std::int32_t key_id);

// Takes a key out of the file that is kept and not written with. The file is replaced whole.
// NOT_FOUND when it is not there; FAILED_PRECONDITION when it writes, or is staged.
absl::Status DropHmacKey(const std::string& secrets_dir, std::int32_t key_id);

}  // namespace replyguard::service
