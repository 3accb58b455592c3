// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Server streams of the Connect protocol: messages in envelopes, and the end as JSON in the last.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/http/connect/source.h"
#include "service/http/server/message.h"
#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"
#include "storage/mutex.h"

namespace replyguard::service::http {

inline constexpr std::size_t kEnvelopeHeadBytes = 5;

struct Envelope {
  bool compressed = false;
  std::string_view message;  // into what was opened
};

// The only one of a request. INVALID_ARGUMENT.
absl::StatusOr<Envelope> OpenEnvelope(std::string_view body);

// The last of a stream.
std::string EndEnvelope(const absl::Status& status, std::string_view request_id);

// Streams that have ended. One cannot be destroyed from within its own end, nor another from within
// it, as both may hold the same lock of a source: it lies here until a connection's thread comes
// by. Thread-safe.
class EndedStreams {
 public:
  void Take(std::shared_ptr<BodyStream> one);
  // Destroys those that lie here.
  void Clear();

 private:
  Mutex mutex_;
  std::vector<std::shared_ptr<BodyStream>> streams_ REPLYGUARD_GUARDED_BY(mutex_);
};

// The gate and the method outlive it. `gzip`: long messages are compressed.
std::shared_ptr<BodyStream> MakeConnectStream(rpc::Gate& gate, const rpc::StreamMethod& method,
                                              ConnectSource source, bool gzip,
                                              std::shared_ptr<EndedStreams> ended);

}  // namespace replyguard::service::http
