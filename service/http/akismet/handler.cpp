// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/handler.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/http/akismet/answer.h"
#include "service/http/akismet/key.h"
#include "service/rpc/dispatch/call.h"
#include "service/usecases/errors.h"
#include "storage/secret_text.h"

namespace replyguard::service::http::akismet {
namespace {

// The WordPress plugin's settings page asks it, without a key, to see whether there is a server.
constexpr std::string_view kConnectivityPath = "/1.1/test";

// A call as an Akismet client brings it.
class AkismetSource final : public rpc::CallSource {
 public:
  explicit AkismetSource(std::shared_ptr<const Request> request)
      : request_(std::move(request)),
        deadline_(std::chrono::steady_clock::now() + kAnswerTimeMax) {}
  ~AkismetSource() override { storage::WipeString(authorization_); }

  const Request& request() const { return *request_; }
  void SetKey(std::string_view key) {
    storage::WipeString(authorization_);
    authorization_ = "Bearer " + std::string(key);
  }

  std::string_view Header(std::string_view name) const override {
    return HeaderOf(request_->headers, name);
  }
  void AddHeader(std::string_view, std::string_view) override {}
  std::string_view Authorization() const override { return authorization_; }
  std::string Peer() const override { return request_->peer; }
  rpc::Wire ComesBy() const override { return rpc::Wire::kNoBrowser; }
  storage::Deadline ClientDeadline() const override { return deadline_; }
  bool Cancelled() const override { return request_->gone->load(std::memory_order_relaxed); }
  absl::Status CheckRequest() const override { return absl::OkStatus(); }
  bool ReadsInPassing() const override {
    return request_->body.size() <= rpc::kReadInPassingBytesMax;
  }
  absl::Status ParseInto(google::protobuf::Message&) const override {
    return absl::UnimplementedError("no message of the contract");
  }

 private:
  const std::shared_ptr<const Request> request_;
  std::string authorization_;
  const storage::Deadline deadline_;
};

// One call from its arrival to its answer. Whoever has it still to do holds it.
class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(rpc::Gate& gate, std::shared_ptr<const Endpoints> endpoints, const EndpointRow& row,
      std::shared_ptr<const Request> request, Respond respond)
      : endpoints_(std::move(endpoints)),
        row_(row),
        source_(std::move(request)),
        respond_(std::move(respond)),
        call_(gate, row.call_path, source_) {}
  ~Run() { storage::WipeString(key_); }

  void Begin() {
    const absl::Status status = call_.Guarded([this]() -> absl::Status {
      if (absl::Status admitted = call_.Admit(); !admitted.ok()) return admitted;
      if (call_.ReadsInPassing()) return Identify();
      // The key may stand in the body, so that it is read before anybody is known: in the caller's
      // turn where a good key is in sight, else among strangers.
      const auto read = [self = shared_from_this()] { self->OnReader(); };
      return IsPresumed() ? call_.EnqueueScoring(read) : call_.EnqueueStranger(read);
    });
    if (!status.ok()) End(status);
  }

 private:
  // Whether somebody calls who is known, as far as one sees without reading the body.
  bool IsPresumed() {
    std::vector<std::string> keys = LikelyKeys(source_.request());
    bool presumed = false;
    for (std::string& key : keys) {
      if (!presumed) source_.SetKey(key);
      presumed = presumed || call_.Presume();
      storage::WipeString(key);
    }
    return presumed;
  }

  void OnReader() {
    const absl::Status status = call_.Guarded([this]() -> absl::Status {
      absl::Status wanted = call_.StillWanted();
      return wanted.ok() ? Identify() : wanted;
    });
    if (!status.ok()) End(status);
  }

  // Reads the call, and who it is as far as the cache knows; then it goes on in his turn.
  absl::Status Identify() {
    absl::StatusOr<Parameters> parameters = ReadParameters(source_.request());
    if (!parameters.ok()) return parameters.status();
    parameters_.emplace(*std::move(parameters));
    key_ = FindKey(source_.request(), *parameters_);
    source_.SetKey(key_);
    const auth::Verdict verdict = call_.Authenticate();
    const bool look = verdict == auth::Verdict::kUnknown;
    if (!look) {
      if (absl::Status good = call_.Admitted(verdict); !good.ok()) return good;
    }
    return call_.Enqueue([self = shared_from_this(), look] { self->OnExecutor(look); });
  }

  void OnExecutor(bool look) {
    const absl::Status status = call_.Guarded([this, look]() -> absl::Status {
      if (absl::Status wanted = call_.StillWanted(); !wanted.ok()) return wanted;
      if (look) {
        absl::Status good = call_.Admitted(call_.AuthenticateByLook());
        if (!good.ok()) return good;
      }
      const Principal& principal = *call_.context().principal;
      if (!principal.site || principal.role == Role::kModerator) {
        return MakeError(absl::StatusCode::kPermissionDenied, reasons::kPermissionDenied,
                         "this key is not that of a website");
      }
      endpoints_->Run(row_.endpoint, {call_.context(), *parameters_, key_},
                      [self = shared_from_this()](absl::StatusOr<Response> answer) {
                        self->End(std::move(answer));
                      });
      return absl::OkStatus();
    });
    if (!status.ok()) End(status);
  }

  // The first call counts: one that was answered and then threw has been answered.
  void End(absl::StatusOr<Response> answer) {
    if (ended_.exchange(true)) return;
    call_.Conclude(answer.status());
    if (answer.ok()) return respond_(*std::move(answer));
    // Settings pages ask whether a key is right: a wrong one is an answer.
    respond_(ErrorAnswer(answer.status(), IsAboutComment(row_.endpoint)));
  }

  const std::shared_ptr<const Endpoints> endpoints_;
  const EndpointRow& row_;
  std::optional<Parameters> parameters_;  // once it is read
  std::string key_;
  AkismetSource source_;
  const Respond respond_;
  rpc::Call call_;
  std::atomic<bool> ended_{false};
};

}  // namespace

void AkismetHandler::Handle(std::shared_ptr<const Request> request, Respond respond) {
  const std::string_view path = request->path;
  if (path.ends_with(kConnectivityPath)) return respond(PlainText(200, "connected"));
  const auto* const row =
      std::find_if(kEndpoints.begin(), kEndpoints.end(),
                   [path](const EndpointRow& one) { return path.ends_with(one.path); });
  if (row == kEndpoints.end()) return respond(PlainText(404, "there is nothing here"));
  const bool reads = row->path.starts_with("/1.2/");
  if (request->method != "POST" && !(reads && request->method == "GET")) {
    Response response = PlainText(405, reads ? "POST or GET" : "POST");
    response.headers.emplace_back("allow", reads ? "GET, POST" : "POST");
    return respond(std::move(response));
  }
  std::make_shared<Run>(gate_, endpoints_, *row, std::move(request), std::move(respond))->Begin();
}

}  // namespace replyguard::service::http::akismet
