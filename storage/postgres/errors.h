// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The one place where what libpqxx throws becomes a Status.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "storage/database.h"

namespace replyguard::storage {

// What a failed statement means.
struct Failure {
  absl::Status status;
  // The connection is of no more use.
  bool connection_lost = false;
  // The same transaction may well succeed when tried again (deadlock, serialization failure).
  bool retry = false;
  // COMMIT had been sent and no answer came: it may have happened.
  bool in_doubt = false;
  // This row or value is at fault (bad data, violated constraint): another one may pass.
  bool data_at_fault = false;
};

// Translates the exception and reports it to sink (may be empty) under the statement's name. The
// Status's message holds nothing of PostgreSQL's own text, which may quote values. REQUIRES: called
// with an exception of libpqxx or std.
Failure TranslateException(std::exception_ptr error, std::string_view statement,
                           const LogSink& sink);

// libpq's "primary" line only, without DETAIL, CONTEXT or the statement, which quote values.
std::string PrimaryLine(std::string_view message);

}  // namespace replyguard::storage
