// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Calls to websites: what a use case may send out, and where.
//
// Thread-safe, as every implementation.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace replyguard::service {

// Where a URL leads, as the sender reads it.
struct Destination {
  std::string host;  // lower case; an IPv6 address without brackets
  std::uint16_t port = 0;
  // The host is an address in figures that is not public: Post answers PERMISSION_DENIED.
  bool forbidden = false;
};

struct OutgoingPost {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct OutgoingAnswer {
  int status = 0;
  std::string body;
};

class Poster {
 public:
  virtual ~Poster() = default;

  // INVALID_ARGUMENT for what is never called: no https, credentials in it. Does not resolve.
  virtual absl::StatusOr<Destination> Read(const std::string& url) const = 0;

  // BLOCKS, for a bounded time. Any status of HTTP is an answer. PERMISSION_DENIED for a host with
  // an address that is not public; UNAVAILABLE when there was no answer, or one that is too long.
  // Messages hold no data of the call.
  virtual absl::StatusOr<OutgoingAnswer> Post(const OutgoingPost& post) = 0;

  // Ends calls in progress within a second or so, and all later ones: UNAVAILABLE.
  virtual void Stop() = 0;
};

}  // namespace replyguard::service
