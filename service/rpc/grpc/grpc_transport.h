// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The gRPC listener: the contract's services, grpc.health.v1 and reflection on one address.
//
// Reflection is grpc.reflection.v1alpha; stock clients that try v1 first fall back to it on
// UNIMPLEMENTED.
//
// Metadata beyond its bound gets RESOURCE_EXHAUSTED from gRPC itself, without our details. It
// may then end that connection, of far more (100 KB) before the client has read the answer: the
// client sees UNAVAILABLE there, and others see nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"
#include "service/rpc/grpc/reloading_credentials.h"

namespace replyguard::service::rpc {

struct GrpcTransportOptions {
  std::string address;  // "host:port" or "unix:/path"; port 0 takes a free one
  TlsKeys tls;          // without a certificate: plain text
  std::size_t request_bytes_max = 4U << 20U;
  std::size_t metadata_bytes_max = 8U << 10U;
  std::size_t calls_per_connection_max = 256;
  // Of all connections, streams among them, as the gate and the hub bound them: what is beyond is
  // somebody's who takes calls back.
  std::size_t calls_in_progress_max = 2048 + 1024;
};

// Thread-safe.
class GrpcTransport {
 public:
  virtual ~GrpcTransport() = default;
  // With the real port.
  virtual std::string address() const = 0;
  // What the health service answers, for the server ("") and each of its services. NOT_SERVING at
  // first.
  virtual void SetServing(bool serving) = 0;
  // For the connections to come. REQUIRES: it has listened with TLS, and with a client_ca if these
  // hold one.
  virtual void ReplaceTls(TlsKeys keys) = 0;
  // REQUIRES: the gate is closed. Ends each connection once its client has taken its answers, which
  // are waited for as long as any are taken; then cancels what is left. BLOCKS, for no longer than
  // so. Not by two threads at once; a second time does nothing.
  virtual void Shutdown(std::chrono::milliseconds drain_time_max) = 0;
};

// Listens and serves. The gate and the table outlive it. UNAVAILABLE when the address cannot be
// bound.
absl::StatusOr<std::unique_ptr<GrpcTransport>> StartGrpcTransport(
    const GrpcTransportOptions& options, Gate& gate, const MethodTable& table);

}  // namespace replyguard::service::rpc
