// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The metrics of a server, under the names that deploy/metrics.md lists. Counts what calls and use
// cases report; what is a state is read when somebody asks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "service/metrics/registry.h"
#include "service/rpc/call_observer.h"
#include "service/rpc/dispatch/method_table.h"
#include "service/usecases/observer.h"

namespace replyguard::service {

// Thread-safe, but for AddMethods.
class ServiceMetrics final : public Observer, public rpc::CallObserver {
 public:
  // Passes on to `next` what it counts.
  explicit ServiceMetrics(rpc::CallObserver& next);
  ~ServiceMetrics() override;

  // Before the first call. `methods` outlives this.
  void AddMethods(const rpc::MethodTable& methods);

  metrics::Registry& registry() { return registry_; }
  // One that is no method of the contract, under this name. `path` outlives it.
  void AddPath(std::string_view path, const std::string& name);
  const metrics::Registry& registry() const { return registry_; }

  // A request that HTTP refused before it was a call.
  void OnHttpRefused(int status, std::uint64_t count = 1);

  void OnSubmission(const SubmissionSeen& seen) override;
  void OnDecision(storage::DecisionAction action, storage::Verdict machine) override;
  void OnLabel(storage::LabelSource source, storage::LabelClass label,
               std::chrono::microseconds lag) override;

  void OnCall(const rpc::CallRecord& record) override;
  void OnEscaped(std::string_view path, std::string_view request_id,
                 std::string_view type) override;
  void OnInternal(std::string_view path, std::string_view request_id,
                  std::string_view text) override;

 private:
  struct Method;

  rpc::CallObserver& next_;
  metrics::Registry registry_;
  absl::flat_hash_map<std::string_view, std::unique_ptr<Method>> methods_;
  std::unique_ptr<Method> other_;  // what is no method of the contract
  std::array<metrics::Counter*, 3> submissions_{};
  metrics::Histogram& submit_seconds_;
  metrics::Histogram& probability_;
  metrics::Histogram& novelty_;
  std::array<metrics::Counter*, 5> decisions_{};
  metrics::Counter& spam_then_approved_;
  metrics::Counter& approved_then_spam_;
  std::array<std::array<metrics::Counter*, 3>, 4> labels_{};
  metrics::Histogram& label_lag_seconds_;
};

}  // namespace replyguard::service
