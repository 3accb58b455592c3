// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The files of a TLS listener, read and checked before anything listens: gRPC itself says no more
// than that it could not bind.
//
// Thread-safety: pure functions of the files and the clock.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "service/app/server.h"

namespace replyguard::service {

// Of each file. A chain takes some kilobytes; what is larger is something else.
inline constexpr std::uintmax_t kTlsFileBytesMax = 1 << 20;

// PEM texts; all empty: plain text.
struct TlsTexts {
  std::string certificate;
  std::string private_key;
  std::string client_ca;

  bool operator==(const TlsTexts&) const = default;
};

// INVALID_ARGUMENT says which file is missing, is not what it should be, or does not fit the other.
// The messages hold paths and nothing of the files.
absl::StatusOr<TlsTexts> ReadTls(const TlsFiles& files);

// FAILED_PRECONDITION when the server's certificate has expired by this machine's clock: no client
// that looks takes it. Not of its chain, in which an expired one may be of use.
absl::Status CheckNotExpired(const TlsFiles& files, const TlsTexts& texts);

// When the server's certificate expires, in seconds since 1970; 0 for plain text.
std::int64_t ExpiryOf(const TlsTexts& texts);

}  // namespace replyguard::service
