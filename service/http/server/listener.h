// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The HTTP listener: HTTP/1.0 and 1.1 on one address, optionally over TLS, asynchronous on a few
// threads.
//
// Bounds: the size of head and body, the time each may take in whole (not from piece to piece: a
// slow client gains nothing by sending a byte now and then), the number of connections and of the
// bytes they hold. What lies beyond is answered 431, 413, 408 and 503, and that connection ends; or
// a stranger's makes room for it (see Admission).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/http/server/admission.h"
#include "service/http/server/message.h"
#include "service/http/server/proxies.h"

namespace replyguard::service::http {

struct ListenerOptions {
  std::string address;  // "host:port"; port 0 takes a free one
  // PEM texts; both empty: plain text.
  std::string certificate_pem;
  std::string private_key_pem;
  TrustedProxies proxies;
  std::size_t threads = 1;
  std::size_t connections_max = 2048;
  // Of one client, unless it is a trusted proxy.
  std::size_t connections_per_address_max = 1024;
  std::size_t requests_per_connection_max = 100'000;
  // Bodies of all requests that are being read or answered.
  std::size_t bodies_bytes_max = 256U << 20U;
  std::chrono::milliseconds handshake_time_max{10'000};
  // From an answer, or a connection's beginning, to the first byte of a request.
  std::chrono::milliseconds idle_time_max{75'000};
  // When the listener ends: for the next request of a connection that was taken, or told that it is
  // kept. It may be on its way, and closing then would leave it without an answer.
  std::chrono::milliseconds last_call_time{1'000};
  // From the first byte to the end of the head; then for the body.
  std::chrono::milliseconds head_time_max{10'000};
  std::chrono::milliseconds body_time_max{30'000};
  // For writing an answer, or a piece of one.
  std::chrono::milliseconds write_time_max{30'000};
  // See Admission: from where somebody has called with a good key, whose connections make no room.
  Admission::IsKnown is_known;
  // Told of each request, or connection, that is refused before a handler sees it, with the status
  // of the answer. On any thread; must not block. May be empty.
  std::function<void(int status)> refused;
};

// Thread-safe.
class Listener {
 public:
  virtual ~Listener() = default;
  // With the real port.
  virtual std::string address() const = 0;
  // For the connections to come. INVALID_ARGUMENT, and nothing changes, for keys that do not read.
  // REQUIRES: it has listened with TLS.
  virtual absl::Status ReplaceTls(const std::string& certificate_pem,
                                  const std::string& private_key_pem) = 0;
  // From now on connections end after their next answer, which says so: clients open others, which
  // may lead elsewhere. New ones are still taken.
  virtual void Drain() = 0;
  // Takes no more connections or requests, and closes those that are idle; the others end after
  // their answer. BLOCKS until all have, or cuts them off at the deadline.
  virtual void Shutdown(std::chrono::milliseconds drain_time_max) = 0;
};

// The handler outlives the listener. UNAVAILABLE when the address cannot be bound,
// INVALID_ARGUMENT for keys that do not read.
absl::StatusOr<std::unique_ptr<Listener>> StartListener(ListenerOptions options, Handler& handler);

}  // namespace replyguard::service::http
