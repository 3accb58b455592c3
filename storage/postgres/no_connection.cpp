// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/no_connection.h"

#include <algorithm>
#include <array>

namespace replyguard::storage {
namespace {

struct Class {
  std::string_view begin;  // is in the message
  std::string_view end;    // and this behind it
  std::string_view why;
};

constexpr std::string_view kTls = "TLS failed: certificates, names or versions do not fit";
constexpr std::string_view kSlots = "too many connections";
constexpr std::string_view kStarting = "it is starting up";
constexpr std::string_view kRefused = "connection refused: nothing listens there";
constexpr std::string_view kSilent = "its host does not answer";
constexpr std::string_view kNoWay = "its host is out of reach";

// The first that fits: what came farthest first. Of libpq 15 and of PostgreSQL 12 to 17 in English.
constexpr std::array kClasses{
    Class{"password authentication failed", "", "authentication failed"},
    Class{"no password supplied", "", "authentication failed: no password is given"},
    Class{"authentication failed for user", "", "authentication failed"},
    Class{"FATAL:  role \"", "\" does not exist", "no such role"},
    Class{"FATAL:  role \"", "\" is not permitted to log in", "the role may not log in"},
    Class{"FATAL:  database \"", "\" does not exist", "no such database"},
    Class{"FATAL:  permission denied for database", "", "the role may not connect to the database"},
    Class{"FATAL:  database \"", "\" is not currently accepting", "the database takes none"},
    Class{"too many clients already", "", kSlots},
    Class{"too many connections for", "", kSlots},
    Class{"remaining connection slots", "", kSlots},
    Class{"is starting up", "", kStarting},
    Class{"not yet accepting connections", "", kStarting},
    Class{"in recovery mode", "", kStarting},
    Class{"is shutting down", "", "it is shutting down"},
    Class{"session is read-only", "", "it takes no writes"},
    // "SSL off" before PostgreSQL 14. Without TLS after it was tried with: no rule is there at all.
    Class{"pg_hba.conf", "SSL encryption", "pg_hba.conf does not let it in"},
    Class{"pg_hba.conf", "SSL on", "pg_hba.conf does not let it in"},
    Class{"pg_hba.conf", "no encryption", "pg_hba.conf does not let it in without TLS"},
    Class{"pg_hba.conf", "SSL off", "pg_hba.conf does not let it in without TLS"},
    Class{"pg_hba.conf", "", "pg_hba.conf does not let it in"},
    Class{"server does not support SSL", "", "TLS refused: the server offers none"},
    Class{"SSL error", "", kTls},
    Class{"root certificate", "", kTls},
    Class{"server certificate", "", kTls},
    Class{"could not load private key file", "", kTls},
    Class{"could not read certificate file", "", kTls},
    Class{"timeout expired", "", kSilent},
    Class{"timed out", "", kSilent},
    Class{"Connection refused", "", kRefused},
    Class{"No such file or directory", "accepting connections on that socket", kRefused},
    Class{"Permission denied", "accepting connections on that socket", "its socket is locked away"},
    Class{"No route to host", "", kNoWay},
    Class{"etwork is unreachable", "", kNoWay},
    Class{"could not translate host name", "", "host not found"},
};

}  // namespace

std::string_view WhyNoConnection(std::string_view message) {
  constexpr std::string_view kNone;
  if (message.find("connection to server ") == std::string_view::npos &&
      message.find("could not translate host name") == std::string_view::npos) {
    return kNone;
  }
  const auto* found = std::find_if(kClasses.begin(), kClasses.end(), [&](const Class& one) {
    const std::size_t at = message.find(one.begin);
    return at != std::string_view::npos &&
           message.find(one.end, at + one.begin.size()) != std::string_view::npos;
  });
  return found == kClasses.end() ? kNone : found->why;
}

}  // namespace replyguard::storage
