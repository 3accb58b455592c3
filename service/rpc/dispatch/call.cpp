// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/call.h"

#include <cxxabi.h>

#include <exception>
#include <typeinfo>
#include <utility>

#include "service/rpc/dispatch/browser.h"
#include "service/rpc/status/status_mapping.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Message;

google::protobuf::ArenaOptions OptionsOf(std::array<char, kCallArenaBytes>& block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block.data();
  options.initial_block_size = block.size();
  return options;
}

// The type of what is being handled: an exception's text may hold data, its type cannot.
std::string_view CurrentExceptionType() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  return type == nullptr ? "unknown" : type->name();
}

}  // namespace

Call::Call(Gate& gate, std::string_view path, CallSource& source)
    : gate_(gate),
      path_(path),
      source_(source),
      session_(SessionOf(source)),
      began_(std::chrono::steady_clock::now()),
      arena_(OptionsOf(arena_block_)) {
  context_.cancelled = [&source] { return source.Cancelled(); };
  context_.headers = &source;
}

Call::~Call() { LeaveGate(); }

void Call::LeaveGate() {
  if (entered_) gate_.Leave();
  entered_ = false;
}

absl::Status Call::Admit() {
  absl::Status status = gate_.Enter(path_);
  if (!status.ok()) return status;
  entered_ = true;
  absl::StatusOr<storage::Deadline> deadline = gate_.DeadlineOf(source_.ClientDeadline());
  if (!deadline.ok()) return deadline.status();
  context_.deadline = *deadline;
  return source_.CheckRequest();
}

auth::Verdict Call::Authenticate() {
  auth::Authenticator& authenticator = gate_.authenticator();
  caller_ = session_.empty() ? authenticator.Check(source_.Authorization(), source_.Peer())
                             : authenticator.CheckSession(session_, source_.Peer());
  context_.principal = caller_.principal;
  return caller_.verdict;
}

auth::Verdict Call::AuthenticateByLook() {
  auth::Authenticator& authenticator = gate_.authenticator();
  caller_ = session_.empty()
                ? authenticator.Look(source_.Authorization(), source_.Peer(), context_.deadline)
                : authenticator.LookSession(session_, source_.Peer(), context_.deadline);
  context_.principal = caller_.principal;
  return caller_.verdict;
}

void Call::NoteKey() {
  if (!session_.empty() || source_.Authorization().empty()) return;
  if (Authenticate() == auth::Verdict::kUnknown) AuthenticateByLook();
  if (context_.principal && !gate_.CheckRate(caller_).ok()) context_.principal = nullptr;
}

absl::Status Call::Admitted(auth::Verdict verdict,
                            const google::protobuf::MethodDescriptor& method) {
  if (session_.empty()) return Admitted(verdict);
  if (verdict == auth::Verdict::kBad) return SessionEnded();
  absl::Status status = Admitted(verdict);
  return status.ok() ? CheckBrowser(source_, method, session_) : status;
}

absl::Status Call::Admitted(auth::Verdict verdict) {
  absl::Status status = Gate::ToStatus(verdict);
  if (!status.ok()) return status;
  status = gate_.CheckRate(caller_);  // which counts the call, whatever refuses it after
  return status.ok() ? CheckAnswers() : status;
}

absl::Status Call::AdmittedUnasked(const google::protobuf::MethodDescriptor& method) const {
  return CheckBrowser(source_, method, {});
}

BoundedExecutor::Lane Call::Lane() const {
  const auto& known = context_.principal ? context_.principal : caller_.presumed;
  return known ? LaneOf(*known) : SharedLaneOfStranger(source_.Peer());
}

bool Call::Presume() {
  caller_.presumed = gate_.authenticator().Presume(source_.Authorization());
  return caller_.presumed != nullptr;
}

absl::Status Call::Enqueue(BoundedExecutor::Job job) {
  return gate_.executor().TryRun(Lane(), std::move(job)) ? absl::OkStatus() : Overloaded();
}

absl::Status Call::EnqueueStranger(BoundedExecutor::Job job) {
  const std::string peer = source_.Peer();
  const std::size_t beyond = gate_.IsKnown(peer) ? kKnownPlaces : 0;
  const bool taken = gate_.strangers().TryRun(LaneOfStranger(peer), std::move(job), beyond);
  return taken ? absl::OkStatus() : Overloaded();
}

absl::Status Call::EnqueueScoring(BoundedExecutor::Job job) {
  return gate_.scorers().TryRun(Lane(), std::move(job)) ? absl::OkStatus() : Overloaded();
}

absl::Status Call::StillWanted() const {
  if (std::chrono::steady_clock::now() + kDeadlineMargin > context_.deadline) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_TOO_NEAR",
                     "the call waited too long for a thread; nothing was done");
  }
  if (source_.Cancelled()) return absl::CancelledError("the client is gone; nothing was done");
  return context_.principal ? CheckAnswers() : absl::OkStatus();
}

absl::Status Call::CheckAnswers() const {
  // Nearly always, and then nobody's lane need be known.
  if (gate_.answers().bytes() < HeldAnswers::kLaneBytesMax) return absl::OkStatus();
  if (!gate_.answers().IsFull(Lane())) return absl::OkStatus();
  return Overloaded(
      "the answers to earlier calls have not been read yet; read them, then try again");
}

std::unique_ptr<HeldAnswers::Held> Call::HoldAnswer(std::size_t bytes) {
  if (bytes < HeldAnswers::kCountedBytesMin) return nullptr;
  return gate_.answers().Hold(Lane(), bytes, source_.AnswersClient());
}

absl::StatusOr<const Message*> Call::Parse(const Message& prototype) {
  Message* message = NewMessage(prototype);
  absl::Status status = source_.ParseInto(*message);
  if (!status.ok()) return status;
  return message;
}

absl::Status Call::Guarded(const std::function<absl::Status()>& body) noexcept {
  try {
    return body();
  } catch (...) {
    gate_.observer().OnEscaped(path_, "", CurrentExceptionType());
    return absl::InternalError("an exception left the handler");
  }
}

std::string Call::Conclude(const absl::Status& status) {
  CallRecord record;
  record.path = path_;
  record.code = status.code();
  record.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - began_);
  if (context_.principal != nullptr) record.key_id = context_.principal->key_id;
  if (status.ok()) {
    gate_.observer().OnCall(record);
    return {};
  }
  std::string request_id = gate_.NewRequestId();
  const std::string reason = ReasonOf(status);
  record.request_id = request_id;
  record.reason = reason;
  gate_.observer().OnCall(record);
  if (ToGrpcCode(status.code()) == grpc::StatusCode::INTERNAL) {
    const auto text = status.message();
    gate_.observer().OnInternal(path_, request_id, std::string_view(text.data(), text.size()));
  }
  return request_id;
}

}  // namespace replyguard::service::rpc
