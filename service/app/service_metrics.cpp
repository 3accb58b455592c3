// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/service_metrics.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace replyguard::service {
namespace {

using metrics::Counter;
using metrics::Histogram;
using metrics::Labels;
using metrics::Registry;

constexpr std::array kCallSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                  0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
constexpr std::array kLagSeconds{0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0};
constexpr std::array kProbabilities{0.01, 0.05, 0.1, 0.2, 0.3,  0.4,  0.5,
                                    0.6,  0.7,  0.8, 0.9, 0.95, 0.99, 0.999};
constexpr std::array kShares{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

constexpr std::array kVerdictNames{"approve", "hold", "spam"};                  // from 1
constexpr std::array kActionNames{"approve", "spam", "trash", "hold", "undo"};  // from 1
constexpr std::array kSourceNames{"human", "import", "rule", "setting"};        // from 1
constexpr std::array kClassNames{"none", "ham", "spam"};                        // from 0

constexpr char kOverrides[] = "replyguard_overrides_total";
constexpr char kOverridesHelp[] =
    "Decisions of people that contradict what the machine first said, by kind.";

double Seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

// The enums begin with `first`; what is not in the table (of a newer program) is not counted.
template <typename Children, typename Enum>
Counter* ChildOf(const Children& children, Enum value, int first) {
  const auto at = static_cast<std::size_t>(static_cast<int>(value) - first);
  return at < children.size() ? children[at] : nullptr;
}

}  // namespace

struct ServiceMetrics::Method {
  static constexpr std::size_t kCodes = 17;  // of absl::StatusCode

  Method(Registry& registry, std::string method_name)
      : name(std::move(method_name)),
        seconds(registry.AddHistogram("replyguard_rpc_duration_seconds",
                                      "How long calls took, by method.", kCallSeconds,
                                      {{"method", name}})) {}

  // Children are made when a code first comes: most pairs never do.
  Counter& Code(Registry& registry, absl::StatusCode code) {
    auto& child = codes[static_cast<std::size_t>(code) % kCodes];
    Counter* counter = child.load(std::memory_order_acquire);
    if (counter == nullptr) {
      counter = &registry.AddCounter("replyguard_rpc_total", "Calls that have ended.",
                                     {{"method", name}, {"code", absl::StatusCodeToString(code)}});
      child.store(counter, std::memory_order_release);
    }
    return *counter;
  }

  const std::string name;
  Histogram& seconds;
  std::array<std::atomic<Counter*>, kCodes> codes{};
};

ServiceMetrics::ServiceMetrics(rpc::CallObserver& next)
    : next_(next),
      other_(std::make_unique<Method>(registry_, "other")),
      submit_seconds_(registry_.AddHistogram("replyguard_submit_duration_seconds",
                                             "From the arrival of a comment to its being stored.",
                                             kCallSeconds)),
      probability_(registry_.AddHistogram("replyguard_spam_probability",
                                          "What the classifier gave the comments that came.",
                                          kProbabilities)),
      novelty_(registry_.AddHistogram(
          "replyguard_feature_novelty_ratio",
          "The share of a comment's features that the model had never seen.", kShares)),
      spam_then_approved_(
          registry_.AddCounter(kOverrides, kOverridesHelp, {{"kind", "spam_then_approved"}})),
      approved_then_spam_(
          registry_.AddCounter(kOverrides, kOverridesHelp, {{"kind", "approved_then_spam"}})),
      label_lag_seconds_(registry_.AddHistogram("replyguard_label_lag_seconds",
                                                "From a label's being given to its being learnt.",
                                                kLagSeconds)) {
  for (const int status : {400, 408, 413, 431, 503}) OnHttpRefused(status, 0);
  for (std::size_t i = 0; i < submissions_.size(); ++i) {
    submissions_[i] =
        &registry_.AddCounter("replyguard_submissions_total", "Comments stored, by verdict.",
                              {{"verdict", kVerdictNames[i]}});
  }
  for (std::size_t i = 0; i < decisions_.size(); ++i) {
    decisions_[i] = &registry_.AddCounter("replyguard_decisions_total", "Decisions of people.",
                                          {{"action", kActionNames[i]}});
  }
  for (std::size_t s = 0; s < labels_.size(); ++s) {
    for (std::size_t c = 0; c < labels_[s].size(); ++c) {
      labels_[s][c] = &registry_.AddCounter(
          "replyguard_labels_total",
          "Labels that this server has learnt from the log while it served; every server learns "
          "all.",
          {{"source", kSourceNames[s]}, {"class", kClassNames[c]}});
    }
  }
}

ServiceMetrics::~ServiceMetrics() = default;

void ServiceMetrics::AddMethods(const rpc::MethodTable& methods) {
  const auto add = [this](const auto& method) {
    const std::string& path = method.path;
    const std::string name = path.substr(path.rfind('.') + 1);  // "CommentService/GetComment"
    methods_.emplace(path, std::make_unique<Method>(registry_, name));
  };
  std::for_each(methods.unary().begin(), methods.unary().end(), add);
  std::for_each(methods.streams().begin(), methods.streams().end(), add);
}

void ServiceMetrics::AddPath(std::string_view path, const std::string& name) {
  if (!methods_.contains(path)) methods_.emplace(path, std::make_unique<Method>(registry_, name));
}

void ServiceMetrics::OnHttpRefused(int status, std::uint64_t count) {
  registry_
      .AddCounter("replyguard_http_refused_total",
                  "HTTP requests and connections refused before they were a call, by status.",
                  {{"status", std::to_string(status)}})
      .Add(count);
}

void ServiceMetrics::OnSubmission(const SubmissionSeen& seen) {
  if (Counter* counter = ChildOf(submissions_, seen.verdict, 1)) counter->Add();
  submit_seconds_.Observe(Seconds(seen.took));
  if (seen.probability) probability_.Observe(*seen.probability);
  if (seen.novelty) novelty_.Observe(*seen.novelty);
}

void ServiceMetrics::OnDecision(storage::DecisionAction action, storage::Verdict machine) {
  if (Counter* counter = ChildOf(decisions_, action, 1)) counter->Add();
  if (action == storage::DecisionAction::kApprove && machine == storage::Verdict::kSpam) {
    spam_then_approved_.Add();
  }
  if (action == storage::DecisionAction::kSpam && machine == storage::Verdict::kApprove) {
    approved_then_spam_.Add();
  }
}

void ServiceMetrics::OnLabel(storage::LabelSource source, storage::LabelClass label,
                             std::chrono::microseconds lag) {
  const auto of_source = static_cast<std::size_t>(static_cast<int>(source) - 1);
  if (of_source < labels_.size()) {
    if (Counter* counter = ChildOf(labels_[of_source], label, 0)) counter->Add();
  }
  // Clocks of two machines may differ.
  label_lag_seconds_.Observe(std::max(Seconds(lag), 0.0));
}

void ServiceMetrics::OnCall(const rpc::CallRecord& record) {
  const auto found = methods_.find(record.path);
  Method& method = found == methods_.end() ? *other_ : *found->second;
  method.Code(registry_, record.code).Add();
  method.seconds.Observe(Seconds(record.took));
  next_.OnCall(record);
}

void ServiceMetrics::OnEscaped(std::string_view path, std::string_view request_id,
                               std::string_view type) {
  next_.OnEscaped(path, request_id, type);
}

void ServiceMetrics::OnInternal(std::string_view path, std::string_view request_id,
                                std::string_view text) {
  next_.OnInternal(path, request_id, text);
}

}  // namespace replyguard::service
