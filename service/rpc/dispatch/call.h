// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One call's part that depends neither on its kind nor on the transport it came by: admission,
// authentication, parsing, the barrier and the end.
//
// Thread-safety: used by one thread at a time.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"
#include "storage/types.h"

namespace replyguard::service::rpc {

// Messages of a call live here; most calls need no further allocation.
inline constexpr std::size_t kCallArenaBytes = 8 * 1024;

// Requests of more bytes are not read in passing.
inline constexpr std::size_t kReadInPassingBytesMax = 64U << 10U;

// What a call of one transport is. The views stay good until the call's end.
class CallSource : public CallHeaders {
 public:
  // "Bearer ..."; empty for none, or for several.
  virtual std::string_view Authorization() const = 0;
  // time_point::max() for none.
  virtual storage::Deadline ClientDeadline() const = 0;
  virtual HeldAnswers::Client AnswersClient() const { return {}; }
  // Whether nobody waits for the answer any more. On any thread.
  virtual bool Cancelled() const = 0;
  // OK, or why the request is not even parsed: its size.
  virtual absl::Status CheckRequest() const = 0;
  // Whether to read it takes so little that a thread of the transport may: others wait for that.
  virtual bool ReadsInPassing() const = 0;
  // INVALID_ARGUMENT.
  virtual absl::Status ParseInto(google::protobuf::Message& request) const = 0;
};

class Call {
 public:
  // All outlive it.
  Call(Gate& gate, std::string_view path, CallSource& source);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Admission, deadline, size. OK, or why not.
  absl::Status Admit();
  // What the cache knows of the caller, by his key or the session's cookie; sets the principal when
  // good.
  auth::Verdict Authenticate();
  // The same by the database. BLOCKS.
  auth::Verdict AuthenticateByLook();
  // Before either: whether the caller's key was right when it was last looked up, so that what is
  // enqueued now waits in his turn. Gives no right, and charges nobody.
  bool Presume();
  // Of a method that is for everybody: sets the principal when the call brings a key, too, and it
  // is good and may call as often: beyond that it is a stranger's. BLOCKS.
  void NoteKey();
  // What becomes of a verdict that is settled: OK when good, within the caller's rate, and what a
  // browser sent is fit for the method.
  absl::Status Admitted(auth::Verdict verdict, const google::protobuf::MethodDescriptor& method);
  // The same where no browser is.
  absl::Status Admitted(auth::Verdict verdict);
  // The same of a method that is for everybody.
  absl::Status AdmittedUnasked(const google::protobuf::MethodDescriptor& method) const;

  bool ReadsInPassing() const { return source_.ReadsInPassing(); }
  // Parses into a message of the call's arena. INVALID_ARGUMENT.
  absl::StatusOr<const google::protobuf::Message*> Parse(
      const google::protobuf::Message& prototype);
  google::protobuf::Message* NewMessage(const google::protobuf::Message& prototype) {
    return prototype.New(&arena_);
  }

  // Runs `body` and turns whatever it throws into INTERNAL, logged and counted.
  absl::Status Guarded(const std::function<absl::Status()>& body) noexcept;

  // The call no longer counts as one in flight: an open stream.
  void LeaveGate();

  // To be called once, at the end: counts and logs. Answers the request id to tell the client;
  // empty when OK.
  std::string Conclude(const absl::Status& status);

  // OK: `job` runs on a thread that may block, in the caller's turn, unless there is no room.
  absl::Status Enqueue(BoundedExecutor::Job job);
  // The same among callers who are not known, apart from those who are.
  absl::Status EnqueueStranger(BoundedExecutor::Job job);
  // The same on a thread for what takes the processor for long.
  absl::Status EnqueueScoring(BoundedExecutor::Job job);
  // At the job's begin: whether anybody still waits for it. DEADLINE_EXCEEDED, CANCELLED.
  absl::Status StillWanted() const;

  // Of the answer to it, once the transport has it. Null for a small one.
  std::unique_ptr<HeldAnswers::Held> HoldAnswer(std::size_t bytes);

  const CallContext& context() const { return context_; }
  Gate& gate() { return gate_; }

 private:
  BoundedExecutor::Lane Lane() const;
  // RESOURCE_EXHAUSTED while the caller's lane does not read its answers.
  absl::Status CheckAnswers() const;

  Gate& gate_;
  const std::string_view path_;
  CallSource& source_;
  // The token of the session by which the call comes; empty: by a key, or nothing.
  const std::string_view session_;
  const std::chrono::steady_clock::time_point began_;
  bool entered_ = false;
  CallContext context_;
  auth::Answer caller_;
  std::array<char, kCallArenaBytes> arena_block_;
  google::protobuf::Arena arena_;
};

}  // namespace replyguard::service::rpc
