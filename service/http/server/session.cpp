// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <utility>

#include "service/http/server/message_writer.h"
#include "service/http/server/request_reader.h"
#include "service/http/server/text.h"

namespace replyguard::service::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = 16U << 10U;
// Of what a client sends beside a stream.
constexpr std::size_t kEarlyBytesMax = 2 * kReadBytes;
// What a client that was told of the end may take to hear of it and to end, too.
constexpr std::chrono::milliseconds kLingerTime{2'000};
// When one that found the server full may come again.
constexpr std::string_view kRetryAfterSeconds = "1";
constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";

// X-Forwarded-For as one list, in the order in which it came.
std::string ForwardedFor(const Headers& headers) {
  std::string joined;
  for (const auto& [name, value] : headers) {
    if (name != "x-forwarded-for") continue;
    if (!joined.empty()) joined += ',';
    joined += value;
  }
  return joined;
}

class RunningSession final : public Session, public std::enable_shared_from_this<RunningSession> {
 public:
  RunningSession(std::shared_ptr<asio::io_context> context, std::unique_ptr<Wire> wire,
                 std::string address, std::unique_ptr<Admission::Ticket> ticket,
                 SessionOwner& owner)
      : context_(std::move(context)),
        owner_(owner),
        options_(owner.options()),
        ticket_(std::move(ticket)),
        wire_(std::move(wire)),
        deadline_(wire_->executor()),
        address_(std::move(address)),
        reader_([&owner](std::string_view path) { return owner.handler().BodyBytesMax(path); }) {}

  void Start() override {
    ticket_->MakeRoomBy([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->Abort();
    });
    asio::dispatch(wire_->executor(), [self = shared_from_this()] {
      self->Arm(self->options_.handshake_time_max);
      self->wire_->Open([self](bool ok, std::size_t) {
        if (!ok || self->phase_ != Phase::kOpening) return self->Close();
        self->AwaitRequest();
      });
    });
  }

  void StopWhenIdle() override {
    asio::post(wire_->executor(), [self = shared_from_this()] {
      const bool waits = self->phase_ == Phase::kOpening || self->phase_ == Phase::kIdle;
      if (waits) self->Arm(self->options_.last_call_time);
    });
  }

  void Abort() override {
    asio::post(wire_->executor(), [self = shared_from_this()] { self->Close(); });
  }

 private:
  enum class Phase {
    kOpening,    // shaking hands
    kIdle,       // nothing of a request is there
    kReading,    // a part of one is
    kHandling,   // the answer is being made
    kWriting,    // the answer is being written
    kStreaming,  // the answer is made while it is written
    kLingering,  // all is written; the client is to hear so before the connection is gone
    kClosed,
  };

  // The time that the present phase may take in whole.
  void Arm(std::chrono::milliseconds time) {
    const std::uint64_t armed = ++armed_;
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this(), armed](const boost::system::error_code&) {
      if (self->armed_ == armed) self->OnDeadline();
    });
  }
  void Disarm() {
    ++armed_;
    deadline_.cancel();
  }

  void OnDeadline() {
    if (phase_ == Phase::kIdle) return Linger();
    if (phase_ != Phase::kReading) return Close();
    Refuse(PlainText(408, "the request took too long"));
  }

  void AwaitRequest() {
    if (ended_ && reader_.empty()) return Linger();
    SetWaits(true);
    if (reader_.state() == RequestReader::State::kHead && reader_.empty()) {
      phase_ = Phase::kIdle;
      Arm(owner_.draining() ? std::min(options_.last_call_time, options_.idle_time_max)
                            : options_.idle_time_max);
      return Read();
    }
    phase_ = Phase::kReading;
    Arm(options_.head_time_max);
    Proceed();
  }

  // Until a head is whole.
  void SetWaits(bool waits) {
    if (std::exchange(waits_, waits) != waits) ticket_->SetWaits(waits);
  }

  void Read() {
    if (reading_ || ended_) return;
    reading_ = true;
    wire_->Read(asio::buffer(scratch_), [self = shared_from_this()](bool ok, std::size_t bytes) {
      self->reading_ = false;
      if (ok) {
        self->OnBytes({self->scratch_.data(), bytes});
      } else {
        self->OnEnd();
      }
    });
  }

  void OnBytes(std::string_view bytes) {
    if (phase_ == Phase::kClosed) return;
    if (phase_ == Phase::kLingering) return Read();  // nobody wants it
    if (phase_ == Phase::kIdle) {
      phase_ = Phase::kReading;
      Arm(options_.head_time_max);
    }
    // Beside an answer it is the next request's beginning; no more is read before that one's turn.
    if (phase_ != Phase::kReading) {
      early_.append(bytes);
      if (phase_ != Phase::kStreaming) return;
      // A stream has no end of its own to wait for, and only a read sees that its client goes.
      return early_.size() > kEarlyBytesMax ? Close() : Read();
    }
    reader_.Add(bytes);
    Proceed();
  }

  // The other end sends nothing more; most are gone altogether, and some still wait for an answer.
  void OnEnd() {
    ended_ = true;
    if (request_ != nullptr) request_->gone->store(true, std::memory_order_relaxed);
    if (phase_ == Phase::kHandling || phase_ == Phase::kWriting) return;
    if (phase_ == Phase::kStreaming) return EndStream(false);
    if (phase_ == Phase::kLingering && wire_->encrypted()) return;  // Finish ended the reading
    Close();
  }

  void Proceed() {
    if (!ticket_->HoldBody(reader_.body_bytes())) {
      Response full = PlainText(503, "too many requests are being read");
      full.headers.emplace_back("retry-after", kRetryAfterSeconds);
      return Refuse(std::move(full));
    }
    SetWaits(reader_.state() == RequestReader::State::kHead);
    switch (reader_.state()) {
      case RequestReader::State::kHead:
        return ended_ ? Close() : Read();
      case RequestReader::State::kBody:
        if (!std::exchange(in_body_, true)) Arm(options_.body_time_max);
        if (reader_.TakeExpectation()) return AskForBody();
        return ended_ ? Close() : Read();
      case RequestReader::State::kWhole:
        return Hand();
      case RequestReader::State::kRefused:
        return Refuse(PlainText(reader_.fault().status, reader_.fault().text));
    }
  }

  void AskForBody() {
    wire_->Write({kGoOn, {}}, [self = shared_from_this()](bool ok, std::size_t) {
      if (self->phase_ != Phase::kReading) return;
      if (!ok) return self->Close();
      self->Read();
    });
  }

  void Hand() {
    Disarm();
    phase_ = Phase::kHandling;
    in_body_ = false;
    ++requests_;
    head_.version = reader_.version();
    head_.keep_alive = reader_.keep_alive() && requests_ < options_.requests_per_connection_max;
    auto request = std::make_shared<Request>(reader_.Take());
    only_head_ = request->method == "HEAD";
    const bool trusted = options_.proxies.Trusts(address_);
    request->peer = PeerName(options_.proxies.ClientOf(address_, ForwardedFor(request->headers)));
    request->secure =
        wire_->encrypted() ||
        (trusted && SameIgnoringCase(HeaderOf(request->headers, "x-forwarded-proto"), "https"));
    head_.secure = request->secure;
    request_ = request;
    if (reader_.empty()) Read();  // to see whether the client goes away
    // What is posted to a context that runs no more would keep itself alive, and the context: so it
    // does not hold the session, and the session holds itself meanwhile.
    self_ = shared_from_this();
    owner_.handler().Handle(request, [self = self_](Response response) {
      asio::post(self->wire_->executor(),
                 [weak = self->weak_from_this(), response = std::move(response)]() mutable {
                   if (auto session = weak.lock()) session->OnAnswer(std::move(response));
                 });
    });
  }

  void OnAnswer(Response response) {
    self_ = nullptr;  // the caller has one
    if (phase_ == Phase::kHandling) Answer(std::move(response));
  }

  // Of a request that was not read to its end, so that no other can be.
  void Refuse(Response response) {
    phase_ = Phase::kHandling;
    head_.keep_alive = false;
    only_head_ = false;
    if (options_.refused) options_.refused(response.status);
    Answer(std::move(response));
  }

  void Answer(Response response) {
    if (owner_.draining() || ended_) head_.keep_alive = false;
    if (response.stream != nullptr && head_.version < 11) head_.keep_alive = false;
    head_text_ = WriteHead(response, head_);
    body_ = only_head_ ? std::string() : std::move(response.body);
    stream_ = only_head_ ? nullptr : std::move(response.stream);
    held_ = std::move(response.held);
    phase_ = Phase::kWriting;
    Arm(options_.write_time_max);
    wire_->Write({head_text_, stream_ == nullptr ? body_ : std::string_view()},
                 [self = shared_from_this()](bool ok, std::size_t) {
                   if (self->phase_ != Phase::kWriting) return;
                   if (self->stream_ != nullptr) return self->StartStream(ok);
                   self->EndAnswer(ok);
                 });
  }

  void EndAnswer(bool ok) {
    request_ = nullptr;
    body_ = std::string();
    held_ = nullptr;
    ticket_->HoldBody(0);
    if (!ok) return Close();
    if (!head_.keep_alive) return Linger();
    if (!early_.empty()) reader_.Add(std::exchange(early_, {}));
    AwaitRequest();
  }

  void StartStream(bool ok) {
    phase_ = Phase::kStreaming;
    if (!ok || ended_) return EndStream(false);
    Disarm();
    Read();
    // Weak: the stream may outlive the connection.
    stream_->Start([weak = weak_from_this()] {
      if (auto self = weak.lock()) {
        asio::post(self->wire_->executor(), [self] { self->Pump(); });
      }
    });
    Pump();
  }

  void Pump() {
    if (phase_ != Phase::kStreaming || writing_) return;
    bool last = false;
    body_ = stream_->Next(&last);
    if (body_.empty() && !last) return;
    if (head_.version >= 11) body_ = WriteChunk(body_, last);
    writing_ = true;
    Arm(options_.write_time_max);
    wire_->Write({body_, {}}, [self = shared_from_this(), last](bool ok, std::size_t) {
      self->writing_ = false;
      if (self->phase_ != Phase::kStreaming) return;
      self->Disarm();
      if (!ok || last) return self->EndStream(ok);
      self->Pump();
    });
  }

  void EndStream(bool whole) {
    const std::shared_ptr<BodyStream> stream = std::exchange(stream_, nullptr);
    if (stream != nullptr) stream->Cancel();
    EndAnswer(whole);
  }

  // Closing at once what has unread bytes would take the answer away from the client with it.
  void Linger() {
    phase_ = Phase::kLingering;
    Arm(kLingerTime);
    if (ended_) return Close();
    wire_->Finish([self = shared_from_this()](bool, std::size_t) { self->Close(); });
    if (!wire_->encrypted()) Read();
  }

  void Close() {
    if (phase_ == Phase::kClosed) return;
    phase_ = Phase::kClosed;
    Disarm();
    if (request_ != nullptr) request_->gone->store(true, std::memory_order_relaxed);
    if (auto stream = std::exchange(stream_, nullptr)) stream->Cancel();
    wire_->Close();
    ticket_.reset();
    self_ = nullptr;  // the caller has one
  }

  const std::shared_ptr<asio::io_context> context_;  // first: what follows lives on it
  SessionOwner& owner_;
  const ListenerOptions& options_;  // the owner's
  std::unique_ptr<Admission::Ticket> ticket_;
  const std::unique_ptr<Wire> wire_;
  asio::steady_timer deadline_;
  std::uint64_t armed_ = 0;  // tells a deadline that was overtaken
  const std::string address_;
  RequestReader reader_;
  std::array<char, kReadBytes> scratch_{};
  std::string early_;  // read while an answer was made
  Phase phase_ = Phase::kOpening;
  bool waits_ = true;  // as the ticket has it
  bool reading_ = false;
  bool writing_ = false;  // a piece of a stream
  bool ended_ = false;    // the other end sends nothing more
  bool in_body_ = false;
  bool only_head_ = false;
  std::size_t requests_ = 0;
  HeadOptions head_;
  std::shared_ptr<const Request> request_;
  std::string head_text_;
  std::string body_;
  std::shared_ptr<BodyStream> stream_;
  std::shared_ptr<const void> held_;      // see Response
  std::shared_ptr<RunningSession> self_;  // while it is handled
};

}  // namespace

std::shared_ptr<Session> MakeSession(std::shared_ptr<asio::io_context> context,
                                     std::unique_ptr<Wire> wire, std::string address,
                                     std::unique_ptr<Admission::Ticket> ticket,
                                     SessionOwner& owner) {
  return std::make_shared<RunningSession>(std::move(context), std::move(wire), std::move(address),
                                          std::move(ticket), owner);
}

}  // namespace replyguard::service::http
