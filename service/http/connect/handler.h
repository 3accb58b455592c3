// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The Connect protocol over the method table: unary methods by POST, those without side effects
// also by GET, server streams. Source: connectrpc.com/docs/protocol. No method is known by name
// here.
//
// Requests may be gzipped, up to the size that any may have; long answers are, for who takes it.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "service/http/connect/source.h"
#include "service/http/server/message.h"
#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"

namespace replyguard::service::http {

class EndedStreams;

// Of a binary message to a method that is for everybody, decompressed; in JSON twice as much. A
// sign-in has a handle and a password; nobody has more read who has not said who he is.
inline constexpr std::size_t kEverybodysRequestBytesMax = 8U << 10U;
// A stream's is read in passing, compressed or not.
inline constexpr std::size_t kStreamRequestBytesMax = 32U << 10U;

class ConnectHandler final : public Handler {
 public:
  // The gate and the table outlive it, and it outlives its calls.
  ConnectHandler(rpc::Gate& gate, const rpc::MethodTable& table, std::size_t request_bytes_max);
  ~ConnectHandler() override;

  // Whether the path is one of a method.
  bool Knows(std::string_view path) const;
  std::size_t BodyBytesMax(std::string_view path) const override;
  void Handle(std::shared_ptr<const Request> request, Respond respond) override;

 private:
  void Unary(const rpc::UnaryMethod& method, std::shared_ptr<const Request> request,
             Respond respond);
  void Get(const rpc::UnaryMethod& method, std::shared_ptr<const Request> request, Respond respond);
  void Stream(const rpc::StreamMethod& method, std::shared_ptr<const Request> request,
              Respond respond);
  void Run(const rpc::UnaryMethod& method, std::shared_ptr<const Request> request, Payload payload,
           Respond respond);
  std::size_t StreamRequestBytesMax() const;
  std::size_t RequestBytesMax(const rpc::UnaryMethod& method) const;

  rpc::Gate& gate_;
  const std::size_t request_bytes_max_;
  const std::shared_ptr<EndedStreams> ended_;
  std::map<std::string, const rpc::UnaryMethod*, std::less<>> unary_;
  std::map<std::string, const rpc::StreamMethod*, std::less<>> streams_;
};

}  // namespace replyguard::service::http
