// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Shows a registry at http://ADDRESS/metrics. Whoever reaches the address reads it: no key is asked
// for, which is why it has an address of its own.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/metrics/registry.h"

namespace replyguard::service::metrics {

class Exposition {
 public:
  virtual ~Exposition() = default;  // stops

  // host:port with the real port.
  virtual std::string address() const = 0;
};

// `address` is host:port or [v6]:port, the host a number; port 0 takes a free one. `registry`
// outlives the exposition. INVALID_ARGUMENT for what is no such address; UNAVAILABLE when it cannot
// be listened on.
absl::StatusOr<std::unique_ptr<Exposition>> Expose(const std::string& address,
                                                   const Registry& registry);

}  // namespace replyguard::service::metrics
