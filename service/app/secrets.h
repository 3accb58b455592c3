// The secrets of a deployment: files in one folder, made once (`replyguard doctor` tells what is wrong with them).
//
//   deployment.key   32 bytes as 64 hexadecimal digits: page tokens are authenticated under keys derived from it.
//                    All servers of one database share it. Replacing it only makes clients begin their pages anew.
//   hmac-<id>.key    32 bytes as 64 hexadecimal digits each, id 1 to 32767: author and address hashes. The highest id
//                    writes; all look up. Losing one means its authors can no longer be recognised or erased.
//
// White space around the digits is ignored. Thread-safety: all functions are pure but for the files they read.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace replyguard::service {

inline constexpr std::size_t kSecretBytes = 32;
using SecretKey = std::array<std::uint8_t, kSecretBytes>;

struct Secrets {
  SecretKey deployment;
  // By key id; never empty.
  std::map<std::int32_t, SecretKey> hmac;
};

// Reads them. NOT_FOUND when the folder, deployment.key or every hmac key is missing; INVALID_ARGUMENT names the file
// whose content is not a key; PERMISSION_DENIED names a file that others than owner and group may read or write.
absl::StatusOr<Secrets> ReadSecrets(const std::string& secrets_dir);

// Makes the folder (mode 0700) and whatever of deployment.key and hmac-1.key is missing (mode 0600), from the
// system's random numbers. Never replaces a file. UNAVAILABLE or PERMISSION_DENIED with the path.
absl::Status CreateMissingSecrets(const std::string& secrets_dir);

}  // namespace replyguard::service
