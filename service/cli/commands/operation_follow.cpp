// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/operation_follow.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "replyguard/v1/model_service.pb.h"
#include "replyguard/v1/operation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/generation_view.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/progress.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::OperationService::Stub;
using std::chrono::steady_clock;

// How long one call waits: as long as an interruption may go unheard.
constexpr std::int64_t kWaitNanos = 500'000'000;
// For how long a server that went away is waited for, and how often it is tried.
constexpr std::chrono::seconds kAwayMax{60};
constexpr std::chrono::milliseconds kAwayPause{500};

volatile std::sig_atomic_t interrupted = 0;

void NoteInterrupt(int /*signal*/) { interrupted = 1; }

// Notes SIGINT instead of ending, for a scope.
class InterruptGuard {
 public:
  InterruptGuard() {
    struct sigaction action {};
    action.sa_handler = NoteInterrupt;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &before_);
  }
  ~InterruptGuard() { sigaction(SIGINT, &before_, nullptr); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_ {};
};

std::string Lower(const std::string& name, std::string_view prefix) {
  return absl::AsciiStrToLower(name.substr(std::min(prefix.size(), name.size())));
}

// A bar whose length is known only after a while.
class OperationProgress {
 public:
  explicit OperationProgress(Context& context) : context_(context) {}

  void Show(const v1::OperationMetadata& metadata) {
    if (!bar_ || metadata.total_count() != total_) {
      total_ = metadata.total_count();
      bar_.emplace(context_.err, context_.err_is_terminal,
                   total_ > 0 ? std::optional<std::int64_t>(total_) : std::nullopt,
                   [] { return steady_clock::now(); });
    }
    bar_->Update(metadata.done_count(), [&] {
      return metadata.stage().empty() ? StateText(metadata.state())
                                      : SafeLine(metadata.stage(), 64);
    });
  }
  void Clear() { bar_.reset(); }

 private:
  Context& context_;
  std::int64_t total_ = 0;
  std::optional<Progress> bar_;
};

[[noreturn]] void EndByInterrupt(Context& context, const v1::Operation& operation) {
  const std::string number(LastPart(operation.name()));
  context.err << "replyguard: operation " << number << " goes on: replyguard operation wait "
              << number << ", or cancel " << number << "\n"
              << std::flush;
  std::signal(SIGINT, SIG_DFL);
  std::raise(SIGINT);
  std::abort();  // not reached: the signal is not blocked
}

bool IsAway(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
}

// Until it has ended.
grpc::Status WaitForEnd(Context& context, const Connection& connection, v1::Operation& operation) {
  const InterruptGuard guard;
  OperationProgress progress(context);
  const auto stub = v1::OperationService::NewStub(connection.channel());
  auto heard = steady_clock::now();
  while (!operation.done()) {
    const v1::OperationMetadata metadata = MetadataOf(operation);
    progress.Show(metadata);
    if (interrupted != 0) {
      progress.Clear();
      EndByInterrupt(context, operation);
    }
    v1::WaitOperationRequest request;
    request.set_name(operation.name());
    request.mutable_timeout()->set_nanos(static_cast<std::int32_t>(kWaitNanos));
    request.set_seen_revision(metadata.revision());
    v1::WaitOperationResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::WaitOperation, request, response);
    if (status.ok()) {
      heard = steady_clock::now();
      operation = std::move(*response.mutable_operation());
    } else if (!IsAway(status) || steady_clock::now() - heard > kAwayMax) {
      return status;
    } else {
      std::this_thread::sleep_for(kAwayPause);
    }
  }
  return grpc::Status::OK;
}

// What came of it, for people.
void PrintResult(Context& context, const v1::Operation& operation) {
  const auto& response = operation.response();
  if (v1::RetrainModelResult made; response.UnpackTo(&made)) {
    Print(context, made.generation());
    if (made.has_comparison()) Print(context, made.comparison());
    context.out << "to let it answer: replyguard model activate "
                << LastPart(made.generation().name())
                << (made.has_comparison() ? "" : " --force (too few labels to compare by)") << "\n";
  } else if (v1::ModelComparison comparison; response.UnpackTo(&comparison)) {
    Print(context, comparison);
  } else if (v1::ModelActivation activation; response.UnpackTo(&activation)) {
    Print(context, activation);
  } else if (v1::ModelEvaluation evaluation; response.UnpackTo(&evaluation)) {
    Print(context, evaluation);
  }
}

// The response by itself: what its "@type" wraps.
std::string ResponseJson(const v1::Operation& operation) {
  const auto& response = operation.response();
  if (v1::RetrainModelResult made; response.UnpackTo(&made)) return JsonOf(made);
  if (v1::ModelComparison comparison; response.UnpackTo(&comparison)) return JsonOf(comparison);
  if (v1::ModelActivation activation; response.UnpackTo(&activation)) return JsonOf(activation);
  if (v1::ModelEvaluation evaluation; response.UnpackTo(&evaluation)) return JsonOf(evaluation);
  return JsonOf(operation);
}

}  // namespace

v1::OperationMetadata MetadataOf(const v1::Operation& operation) {
  v1::OperationMetadata metadata;
  if (!operation.metadata().UnpackTo(&metadata)) metadata.Clear();
  return metadata;
}

std::string KindText(v1::OperationMetadata::Kind kind) {
  return Lower(v1::OperationMetadata::Kind_Name(kind), "KIND_");
}

std::string StateText(v1::OperationMetadata::State state) {
  return Lower(v1::OperationMetadata::State_Name(state), "STATE_");
}

void PrintOperation(Context& context, const v1::Operation& operation) {
  const v1::OperationMetadata metadata = MetadataOf(operation);
  context.out << context.style.Bold(
                     absl::StrCat("operation ", std::string(LastPart(operation.name()))))
              << "  " << KindText(metadata.kind()) << "  " << StateText(metadata.state())
              << (metadata.cancel_requested() && !operation.done() ? ", is to end" : "")
              << "\n  started " << TimeText(metadata.create_time()) << " by "
              << ActorText(metadata.created_by()) << "\n";
  if (!operation.done() && !metadata.stage().empty()) {
    context.out << "  " << SafeLine(metadata.stage(), 64) << ": " << metadata.done_count() << " of "
                << metadata.total_count() << "\n";
  }
  if (metadata.attempt_count() > 1) {
    context.out << "  taken up " << metadata.attempt_count() << " times\n";
  }
  if (operation.done()) context.out << "  ended " << TimeText(metadata.end_time()) << "\n";
  if (operation.has_error())
    context.out << "  " << SafeLine(operation.error().message(), 400) << "\n";
  if (operation.has_response()) PrintResult(context, operation);
}

ExitCode FollowOperation(Context& context, const Connection& connection, v1::Operation operation,
                         Follow follow) {
  if (follow == Follow::kNameOnly) {
    context.out << (context.json() ? JsonOf(operation) : operation.name()) << "\n";
    return ExitCode::kOk;
  }
  const grpc::Status status = WaitForEnd(context, connection, operation);
  if (!status.ok()) {
    context.err << "replyguard: operation " << LastPart(operation.name()) << " goes on\n";
    return Fail(context, status);
  }
  if (context.json() && (follow == Follow::kOperation || !operation.has_error())) {
    context.out << (follow == Follow::kOperation ? JsonOf(operation) : ResponseJson(operation))
                << "\n";
  }
  if (operation.has_error()) {
    // On the wire it is the google.rpc.Status that a call's details are.
    const v1::OperationError& error = operation.error();
    return Fail(context, grpc::Status(static_cast<grpc::StatusCode>(error.code()), error.message(),
                                      error.SerializeAsString()));
  }
  if (!context.json()) PrintResult(context, operation);
  return ExitCode::kOk;
}

}  // namespace replyguard::service::cli
