// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The endpoints of the Akismet protocol, over the use cases. A call is authenticated when it comes
// here, and runs on a thread that may block.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/http/akismet/parameters.h"
#include "service/http/server/message.h"
#include "service/rpc/dispatch/bounded_executor.h"
#include "service/rpc/dispatch/method_table.h"
#include "service/usecases/akismet/callbacks.h"
#include "service/usecases/akismet/check.h"
#include "service/usecases/akismet/feedback.h"
#include "service/usecases/akismet/usage.h"

namespace replyguard::service::http::akismet {

enum class Endpoint {
  kVerifyKey,
  kCommentCheck,
  kSubmitSpam,
  kSubmitHam,
  kUsageLimit,
  kKeySites,
  kDeactivate,
  kGetStats,
  kGetSubscription,
  kNotOffered,  // other services of the same host, which ask with the same key
};

struct EndpointRow {
  std::string_view path;       // as it ends
  std::string_view call_path;  // in logs and metrics
  Endpoint endpoint;
};

inline constexpr std::array<EndpointRow, 11> kEndpoints = {{
    {"/1.1/verify-key", "/akismet.Akismet/VerifyKey", Endpoint::kVerifyKey},
    {"/1.1/comment-check", "/akismet.Akismet/CommentCheck", Endpoint::kCommentCheck},
    {"/1.1/submit-spam", "/akismet.Akismet/SubmitSpam", Endpoint::kSubmitSpam},
    {"/1.1/submit-ham", "/akismet.Akismet/SubmitHam", Endpoint::kSubmitHam},
    {"/1.2/usage-limit", "/akismet.Akismet/UsageLimit", Endpoint::kUsageLimit},
    {"/1.2/key-sites", "/akismet.Akismet/KeySites", Endpoint::kKeySites},
    {"/1.1/deactivate", "/akismet.Akismet/Deactivate", Endpoint::kDeactivate},
    {"/1.1/get-stats", "/akismet.Akismet/GetStats", Endpoint::kGetStats},
    {"/1.1/get-subscription", "/akismet.Akismet/GetSubscription", Endpoint::kGetSubscription},
    {"/1.1/verify-wpcom-key", "/akismet.Akismet/NotOffered", Endpoint::kNotOffered},
    {"/1.1/token", "/akismet.Akismet/NotOffered", Endpoint::kNotOffered},
}};

// Whether its errors are about a comment: a client then lets people look at it.
constexpr bool IsAboutComment(Endpoint endpoint) {
  return endpoint == Endpoint::kCommentCheck || endpoint == Endpoint::kSubmitSpam ||
         endpoint == Endpoint::kSubmitHam;
}

// What they need; all outlive them.
struct AkismetUseCases {
  const SiteDirectory& sites;
  const AkismetCheck& check;
  const AkismetFeedback& feedback;
  AkismetUsage& usage;
  AkismetCallbacks& callbacks;
  const Clock& clock;
};

// Thread-safe.
class Endpoints {
 public:
  // Called exactly once, on any thread; must not block.
  using Done = std::function<void(absl::StatusOr<Response>)>;

  // What a call brings; outlives its Done.
  struct Exchange {
    const rpc::CallContext& context;
    const Parameters& parameters;
    std::string_view key;
  };

  Endpoints(AkismetUseCases use_cases, rpc::BoundedExecutor& executor)
      : use_cases_(use_cases), executor_(executor) {}

  // BLOCKS.
  void Run(Endpoint endpoint, const Exchange& exchange, Done done) const;

 private:
  void CommentCheck(const Exchange& exchange, Done done) const;
  absl::StatusOr<Response> Submit(const Exchange& exchange, bool spam) const;
  absl::StatusOr<Response> UsageLimit(const Exchange& exchange) const;
  absl::StatusOr<Response> KeySites(const Exchange& exchange) const;
  absl::StatusOr<Response> Stats(const Exchange& exchange) const;
  absl::StatusOr<Response> Subscription(const Exchange& exchange) const;
  std::chrono::sys_days Today() const;

  const AkismetUseCases use_cases_;
  rpc::BoundedExecutor& executor_;
};

}  // namespace replyguard::service::http::akismet
