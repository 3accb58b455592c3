// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The two limits that submissions are measured against, on the same machine in the same run.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "bench/load/calls.h"

namespace replyguard::bench {

inline constexpr char kEchoMethod[] = "/replyguard.bench.Echo/Echo";

// A server with one unary method that answers its request, by gRPC's callback API.
class EchoServer {
 public:
  EchoServer();
  ~EchoServer();
  const std::string& address() const { return address_; }

 private:
  class Service;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

// One plain INSERT with synchronous commit a call, from so many clients with a connection each.
Measured RunPlainInserts(const std::string& url, std::size_t clients, const RunLength& length);

// The processor time that this process and the backends of PostgreSQL, on the same machine, have
// taken so far. Backends that have ended are not counted.
struct CpuTime {
  double process_us = 0;
  double database_us = 0;
};
CpuTime CpuTimeSoFar(const std::string& url);

// Throws unless acknowledged means on disk: fsync and synchronous_commit are on.
void RequireDurable(const std::string& url);

}  // namespace replyguard::bench
