// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "service/cli/frame/context.h"
#include "service/config/settings.h"

// The server that commands call, by gRPC.
namespace replyguard::service::cli {

// Whose key a command uses. Where the closest key is not configured the operator's is taken, which
// may do everything.
enum class KeyUse { kBackend, kModerator, kOperator };

// The longest that a server gives a call.
inline constexpr std::chrono::seconds kLongCall{60};

// A channel and a key. Prepare and channel may be called from any thread.
class Connection {
 public:
  // INVALID_ARGUMENT when no key is configured, or the authorities cannot be read. Does not connect
  // yet.
  static absl::StatusOr<Connection> Open(const config::Settings& settings, KeyUse use);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Gives a call its key and its deadline.
  void Prepare(grpc::ClientContext& call) const;
  // Gives a call its key; it has no deadline. For streams.
  void PrepareStream(grpc::ClientContext& call) const;

  // Makes one unary call: connection.Call(*stub, &Stub::GetSite, request, response).
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) const {
    grpc::ClientContext call;
    Prepare(call);
    return (stub.*method)(&call, request, &response);
  }

  // The same with the longest time that a server gives a call, whatever the settings say.
  template <typename Stub, typename Request, typename Response>
  grpc::Status CallLong(Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        const Request& request, Response& response) const {
    grpc::ClientContext call;
    PrepareStream(call);
    call.set_deadline(std::chrono::system_clock::now() + kLongCall);
    return (stub.*method)(&call, request, &response);
  }

 private:
  Connection(std::shared_ptr<grpc::Channel> channel, std::string key,
             std::chrono::milliseconds timeout)
      : channel_(std::move(channel)), key_(std::move(key)), timeout_(timeout) {}

  std::shared_ptr<grpc::Channel> channel_;
  std::string key_;
  std::chrono::milliseconds timeout_;
};

// A channel to client.server, with TLS where it is configured. INVALID_ARGUMENT when the
// authorities cannot be read.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const config::Settings& settings);

// Opens a connection and runs `body(connection)`, or reports why there is none.
template <typename Body>
ExitCode WithConnection(Context& context, KeyUse use, Body body) {
  const auto connection = Connection::Open(context.settings, use);
  if (!connection.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(connection.status().message()));
  }
  return body(*connection);
}

}  // namespace replyguard::service::cli
