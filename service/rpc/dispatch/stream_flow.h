// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One server stream from its arrival to its end, whatever the transport: writes what its source
// has, one message in flight. The stream does not count as a call in flight once it is open:
// sources bound their number.
//
// Thread-safe, once begun.
#pragma once

#include <memory>
#include <string>

#include "service/rpc/dispatch/call.h"
#include "storage/mutex.h"

namespace replyguard::service::rpc {

// Where a stream's messages go. Called by one thread at a time, without a lock held.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  // Starts writing; StreamFlow::OnWritten is due once, from this call or later.
  virtual void Write(const google::protobuf::Message& message) = 0;
  // Nobody takes what is being written: OnWritten(false) is due soon. May come after the write.
  virtual void Abort() = 0;
  // Last; once. `request_id` is empty when OK.
  virtual void End(const absl::Status& status, const std::string& request_id) = 0;
  // Keeps sink and flow, also beyond the end, for as long as it is held.
  virtual std::shared_ptr<void> Hold() = 0;
};

class StreamFlow {
 public:
  // All outlive it.
  StreamFlow(Gate& gate, const StreamMethod& method, CallSource& source, StreamSink& sink);
  ~StreamFlow();  // after it the source calls no more; not from within a call of the sink

  void Begin();
  // Not OK: the client is gone.
  void OnWritten(bool ok);
  void OnCancel();

 private:
  void LookAndOpen();
  absl::Status Open();
  void Pump();
  bool MustAbortLocked() REPLYGUARD_REQUIRES(mutex_);
  absl::Status NextLocked() REPLYGUARD_REQUIRES(mutex_);
  void End(const absl::Status& status);

  Call call_;
  const StreamMethod& method_;
  StreamSink& sink_;
  Mutex mutex_;
  std::unique_ptr<StreamSource> stream_;
  bool open_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool writing_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool aborted_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool cancelled_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool ended_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::unique_ptr<google::protobuf::Message> message_;  // what is being written
};

}  // namespace replyguard::service::rpc
