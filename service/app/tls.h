// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The files of a TLS listener, read and checked before anything listens: gRPC itself says no more
// than that it could not bind.
//
// Thread-safety: a pure function of the files.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "service/app/server.h"

namespace replyguard::service {

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

}  // namespace replyguard::service
