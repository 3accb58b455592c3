// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "bench/load/limits.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <sys/resource.h>

#include <fstream>
#include <pqxx/pqxx>
#include <stdexcept>
#include <thread>

namespace replyguard::bench {

class EchoServer::Service final : public grpc::Service {
 public:
  Service() {
    AddMethod(new grpc::internal::RpcServiceMethod(kEchoMethod,
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
               [](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                  grpc::ByteBuffer* response) {
                 *response = *request;
                 grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
                 reactor->Finish(grpc::Status::OK);
                 return reactor;
               }));
  }
};

EchoServer::EchoServer() : service_(std::make_unique<Service>()) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

EchoServer::~EchoServer() { server_->Shutdown(); }

Measured RunPlainInserts(const std::string& url, std::size_t clients, const RunLength& length) {
  {
    pqxx::connection connection(url);
    pqxx::nontransaction work(connection);
    work.exec("CREATE TABLE IF NOT EXISTS bench_plain (id bigserial PRIMARY KEY, body text)");
  }
  const auto measure_from = std::chrono::steady_clock::now() + length.warm_up;
  const auto end = measure_from + length.length;
  std::vector<Histogram> latencies(clients);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      pqxx::connection connection(url);
      connection.prepare("plain", "INSERT INTO bench_plain (body) VALUES ($1)");
      const std::string body(200, 'x');
      while (true) {
        const auto sent = std::chrono::steady_clock::now();
        if (sent >= end) break;
        pqxx::nontransaction work(connection);
        work.exec_prepared("plain", body);
        const auto now = std::chrono::steady_clock::now();
        if (now < measure_from || now >= end) continue;
        latencies[i].Add(std::chrono::duration_cast<std::chrono::microseconds>(now - sent).count());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Measured out;
  for (const Histogram& some : latencies) out.latencies.Merge(some);
  out.calls = static_cast<std::int64_t>(out.latencies.count());
  out.rate = static_cast<double>(out.calls) / std::chrono::duration<double>(length.length).count();
  return out;
}

CpuTime CpuTimeSoFar(const std::string& url) {
  CpuTime time;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  for (const timeval& part : {usage.ru_utime, usage.ru_stime}) {
    time.process_us += static_cast<double>(part.tv_sec) * 1e6 + static_cast<double>(part.tv_usec);
  }
  pqxx::connection connection(url);
  pqxx::nontransaction work(connection);
  for (const auto& row : work.exec("SELECT pid FROM pg_stat_activity WHERE pid <> "
                                   "pg_backend_pid()")) {
    std::ifstream file("/proc/" + std::string(row[0].c_str()) + "/schedstat");
    double running_ns = 0;
    if (file >> running_ns) time.database_us += running_ns / 1e3;
  }
  return time;
}

void RequireDurable(const std::string& url) {
  pqxx::connection connection(url);
  pqxx::nontransaction work(connection);
  for (const char* setting : {"fsync", "synchronous_commit"}) {
    const std::string value = work.exec1("SHOW " + std::string(setting))[0].c_str();
    if (value != "on") throw std::runtime_error(std::string(setting) + " is " + value);
  }
}

}  // namespace replyguard::bench
