// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/hmac_registration.h"

#include <algorithm>
#include <string>

namespace replyguard::service {

absl::Status RegisterHmacKeys(storage::HmacKeyStore& store, const storage::AuthorKeyring& keyring,
                              storage::Timestamp now, storage::Deadline deadline) {
  for (const auto& key : keyring.Fingerprints()) {
    storage::HmacKeyInfo info;
    info.key_id = key.key_id;
    info.fingerprint = key.hex;
    info.created_at = now;
    absl::Status status = store.Register(info, deadline);
    if (!status.ok()) return status;
  }
  const auto in_use = store.List(deadline);
  if (!in_use.ok()) return in_use.status();
  const std::int32_t writes = keyring.write_key_id();
  if (std::any_of(in_use->begin(), in_use->end(),
                  [writes](const storage::HmacKeyInfo& key) { return key.key_id == writes; })) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "HMAC key " + std::to_string(writes) +
      " is retired: the file of secrets is an old one, take that of the other servers");
}

}  // namespace replyguard::service
