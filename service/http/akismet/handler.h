// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The Akismet REST protocol: a call's way from its path to its endpoint, through the same gate as
// every other call (admission, authentication, limits, counting).
//
// The key says which website calls: one of a backend, or an operator's for one site. No other says
// where a comment belongs.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "service/http/akismet/endpoints.h"
#include "service/http/server/message.h"
#include "service/rpc/dispatch/gate.h"

namespace replyguard::service::http::akismet {

// Forms are sent whole, with what their website adds to them.
inline constexpr std::size_t kBodyBytesMax = 4U << 20U;
// Clients wait for one second and more; nobody waits longer than this for a database that hangs.
inline constexpr std::chrono::milliseconds kAnswerTimeMax{3'000};

// Thread-safe. Paths may have something in front of them.
class AkismetHandler final : public Handler {
 public:
  // The gate and the use cases outlive it and its calls.
  AkismetHandler(rpc::Gate& gate, AkismetUseCases use_cases)
      : gate_(gate), endpoints_(std::make_shared<Endpoints>(use_cases, gate.executor())) {}

  std::size_t BodyBytesMax(std::string_view) const override { return kBodyBytesMax; }
  void Handle(std::shared_ptr<const Request> request, Respond respond) override;

 private:
  rpc::Gate& gate_;
  const std::shared_ptr<const Endpoints> endpoints_;  // of calls too, that end after this
};

}  // namespace replyguard::service::http::akismet
