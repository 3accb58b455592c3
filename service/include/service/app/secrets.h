// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The secrets of a deployment: two files in one folder, made once, kept outside the database.
//
//   deployment.key   32 bytes as 64 hexadecimal digits. Keys for what the servers sign for
//   themselves (page tokens) and for what they seal (keys that callbacks are sent with, second
//                    factors of people) are derived from it. All servers of one database share it;
//                    replacing it makes clients begin their pages anew, callbacks wait until their
//                    website calls again, and people with a second factor need a reset that clears
//                    it.
//   hmac.keys        the HMAC keys of authors and addresses, in the format of
//   storage/author_keyring.h. Losing one means
//                    that its authors can no longer be recognised or erased by address.
//
// Both: mode 0600 or 0640; files that others may read or write are refused.
//
// Thread-safety: functions without state but the files'.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/author_keyring.h"

namespace replyguard::service {

inline constexpr std::size_t kDeploymentKeyBytes = 32;
using DeploymentKey = std::array<std::uint8_t, kDeploymentKeyBytes>;

struct Secrets {
  DeploymentKey deployment;
  storage::AuthorKeyring keyring;
};

// Reads them. NOT_FOUND names a folder or file that is missing; INVALID_ARGUMENT a file whose
// content is wrong, with the line but never its text; PERMISSION_DENIED a file that cannot be read,
// or that others could, and a folder that its group or others may write, unless it is mounted
// read-only.
absl::StatusOr<Secrets> ReadSecrets(const std::string& secrets_dir);

// Makes the folder (mode 0700) and whatever of the two files is missing (mode 0600), from the
// system's random numbers. Never replaces a file. UNAVAILABLE or PERMISSION_DENIED with the path,
// also when there is such a folder already and others may write it.
absl::Status CreateMissingSecrets(const std::string& secrets_dir);

// The two steps by which the HMAC key changes while servers run. First a fresh key is staged: kept,
// not yet written with. Once every server has been restarted with it, it is activated: it writes,
// and the one before is kept. Between the steps and after them every server finds what any other
// writes. The file is replaced whole. They answer the key's id.
//
// StageHmacKey: FAILED_PRECONDITION when one is staged already, or the file is full of keys.
absl::StatusOr<std::int32_t> StageHmacKey(const std::string& secrets_dir);
// ActivateHmacKey: FAILED_PRECONDITION when none is staged.
absl::StatusOr<std::int32_t> ActivateHmacKey(const std::string& secrets_dir);

}  // namespace replyguard::service
