// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The one encoding that a database may have: in any other one there are comments that it cannot
// hold (or, in SQL_ASCII, tells the letters of), and each would be refused by itself.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace replyguard::storage {

inline constexpr std::string_view kEncoding = "UTF8";

// FAILED_PRECONDITION for another one, with what to do. `encoding` is PostgreSQL's server_encoding.
inline absl::Status CheckEncoding(std::string_view encoding) {
  if (encoding == kEncoding) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the database's encoding is " + std::string(encoding) +
      ", and comments need UTF8: make a database by CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE "
      "template0");
}

}  // namespace replyguard::storage
