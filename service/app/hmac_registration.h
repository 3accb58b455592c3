// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"
#include "storage/author_keyring.h"
#include "storage/hmac_key_store.h"

namespace replyguard::service {

// BLOCKS. Notes the keys that a server begins with. FAILED_PRECONDITION when one is not the one
// that the database knows by its number, or when the one that writes is retired: one that is only
// kept does no harm.
absl::Status RegisterHmacKeys(storage::HmacKeyStore& store, const storage::AuthorKeyring& keyring,
                              storage::Timestamp now, storage::Deadline deadline);

}  // namespace replyguard::service
