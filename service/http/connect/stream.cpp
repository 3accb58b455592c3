// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/stream.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/http/connect/error.h"
#include "service/http/server/gzip.h"
#include "service/rpc/dispatch/stream_flow.h"
#include "service/usecases/errors.h"
#include "storage/mutex.h"

namespace replyguard::service::http {
namespace {

constexpr char kCompressed = 1;
constexpr char kEnd = 2;

std::string Seal(char flags, std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string out;
  out.reserve(kEnvelopeHeadBytes + message.size());
  out += flags;
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift & 0xFFU);
  out += message;
  return out;
}

// Keeps itself alive until its call has ended, whatever becomes of the connection.
class ConnectStream final : public BodyStream,
                            public std::enable_shared_from_this<ConnectStream>,
                            private rpc::StreamSink {
 public:
  ConnectStream(rpc::Gate& gate, const rpc::StreamMethod& method, ConnectSource source, bool gzip,
                std::shared_ptr<EndedStreams> graveyard)
      : source_(std::move(source)),
        gzip_(gzip),
        graveyard_(std::move(graveyard)),
        flow_(gate, method, source_, *this) {}

  void Start(std::function<void()> on_ready) override {
    {
      MutexLock lock(mutex_);
      on_ready_ = std::move(on_ready);
      self_ = shared_from_this();
    }
    flow_.Begin();
  }

  std::string Next(bool* last) override {
    bool written = false;
    {
      MutexLock lock(mutex_);
      written = std::exchange(taken_, false);
    }
    if (written) flow_.OnWritten(true);
    MutexLock lock(mutex_);
    *last = ended_;
    if (!ended_ && !piece_.empty()) taken_ = true;
    return std::exchange(piece_, {});
  }

  void Cancel() override {
    bool outstanding = false;
    {
      MutexLock lock(mutex_);
      on_ready_ = nullptr;
      outstanding = !ended_ && (taken_ || !piece_.empty());
      taken_ = false;
    }
    if (outstanding) {
      flow_.OnWritten(false);
    } else {
      flow_.OnCancel();
    }
    graveyard_->Clear();
  }

 private:
  void Write(const google::protobuf::Message& message) override {
    const std::string bytes = Serialise(source_.codec(), message);
    const bool compress = gzip_ && bytes.size() >= kGzipBytesMin;
    Put(compress ? Seal(kCompressed, Gzip(bytes)) : Seal(0, bytes), false);
  }
  // The connection has a time of its own for each piece.
  void Abort() override {}
  void End(const absl::Status& status, const std::string& request_id) override {
    Put(EndEnvelope(status, request_id), true);
    std::shared_ptr<ConnectStream> self;
    {
      MutexLock lock(mutex_);
      self = std::move(self_);
    }
    graveyard_->Take(std::move(self));
  }
  std::shared_ptr<void> Hold() override { return shared_from_this(); }

  void Put(std::string piece, bool last) {
    MutexLock lock(mutex_);
    piece_ = std::move(piece);
    ended_ = last;
    if (on_ready_) on_ready_();
  }

  ConnectSource source_;
  const bool gzip_;
  const std::shared_ptr<EndedStreams> graveyard_;
  Mutex mutex_;
  std::function<void()> on_ready_ REPLYGUARD_GUARDED_BY(mutex_);
  std::shared_ptr<ConnectStream> self_ REPLYGUARD_GUARDED_BY(mutex_);
  std::string piece_ REPLYGUARD_GUARDED_BY(mutex_);
  bool taken_ REPLYGUARD_GUARDED_BY(mutex_) = false;  // given out, perhaps not yet written
  bool ended_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  rpc::StreamFlow flow_;
};

}  // namespace

absl::StatusOr<Envelope> OpenEnvelope(std::string_view body) {
  const auto malformed = [] {
    return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MALFORMED",
                     "the body is not one message in its envelope");
  };
  if (body.size() < kEnvelopeHeadBytes) return malformed();
  std::uint32_t size = 0;
  for (std::size_t i = 1; i < kEnvelopeHeadBytes; ++i) {
    size = size << 8U | static_cast<unsigned char>(body[i]);
  }
  if (size != body.size() - kEnvelopeHeadBytes || (body[0] & ~kCompressed) != 0) return malformed();
  return Envelope{body[0] == kCompressed, body.substr(kEnvelopeHeadBytes)};
}

std::string EndEnvelope(const absl::Status& status, std::string_view request_id) {
  if (status.ok()) return Seal(kEnd, "{}");
  return Seal(kEnd, absl::StrCat("{\"error\":", ErrorJson(status, request_id), "}"));
}

void EndedStreams::Take(std::shared_ptr<BodyStream> one) {
  MutexLock lock(mutex_);
  streams_.push_back(std::move(one));
}

void EndedStreams::Clear() {
  std::vector<std::shared_ptr<BodyStream>> gone;  // destroyed without the lock
  MutexLock lock(mutex_);
  gone.swap(streams_);
}

std::shared_ptr<BodyStream> MakeConnectStream(rpc::Gate& gate, const rpc::StreamMethod& method,
                                              ConnectSource source, bool gzip,
                                              std::shared_ptr<EndedStreams> ended) {
  return std::make_shared<ConnectStream>(gate, method, std::move(source), gzip, std::move(ended));
}

}  // namespace replyguard::service::http
