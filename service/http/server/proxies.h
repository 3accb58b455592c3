// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whose word is taken for a client's address: X-Forwarded-For is read from the right as long as it
// was written by proxies that the operator trusts. The first address that is not one of them is the
// client's; what stands left of it anybody may have written.
//
// Thread-safe: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace replyguard::service::http {

class TrustedProxies {
 public:
  // Networks as "10.0.0.0/8", "::1". INVALID_ARGUMENT naming the one that is none.
  static absl::StatusOr<TrustedProxies> Parse(const std::vector<std::string>& networks);

  bool Trusts(std::string_view address) const;
  // `peer` is the address of the connection, `forwarded` the X-Forwarded-For headers joined by
  // commas in their order. Answers an address.
  std::string ClientOf(std::string_view peer, std::string_view forwarded) const;

 private:
  struct Network {
    std::string bytes;  // 16, IPv4 as mapped
    int bits = 0;
  };
  std::vector<Network> networks_;
};

// "ipv4:192.0.2.1": as gRPC names a peer. What is no address stays as it is, after "unknown:".
std::string PeerName(std::string_view address);

}  // namespace replyguard::service::http
