// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <thread>

#include "service/cli/client/connection.h"
#include "service/cli/client/retry.h"
#include "service/cli/commands/away.h"

namespace replyguard::service::cli {

// Makes calls that change nothing one after the other, and repeats each while the server is away or
// overloaded, for a bounded time. One thread.
class PatientCaller {
 public:
  PatientCaller(Context& context, const Connection& connection, std::chrono::milliseconds away_max)
      : context_(context), connection_(connection), away_max_(away_max) {}

  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    for (int retry = 1;; ++retry) {
      response.Clear();
      grpc::Status status = connection_.Call(stub, method, request, response);
      const auto wait = retry_.WaitBefore(status, retry);
      if (status.ok() || !wait || Clock::now() + *wait - begin > away_max_) return status;
      if (retry == 1) TellAway(context_, status);
      std::this_thread::sleep_for(*wait);
    }
  }

 private:
  static constexpr int kRetriesMax = 1'000'000;  // the time is what bounds them

  Context& context_;
  const Connection& connection_;
  const std::chrono::milliseconds away_max_;
  RetryPolicy retry_{kRetriesMax};
};

}  // namespace replyguard::service::cli
