// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/handler.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/http/connect/error.h"
#include "service/http/connect/source.h"
#include "service/http/connect/stream.h"
#include "service/http/form/form.h"
#include "service/http/server/gzip.h"
#include "service/http/server/text.h"
#include "service/rpc/dispatch/unary_flow.h"
#include "service/rpc/parse/request_errors.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {
namespace {

using google::protobuf::Message;

constexpr std::string_view kUnaryType = "application/";
constexpr std::string_view kStreamType = "application/connect+";
constexpr std::size_t kQueryFieldsMax = 64;

// The media type without its parameters, in lower case.
std::string TypeOf(const Headers& headers) {
  const std::string_view value = HeaderOf(headers, "content-type");
  return absl::AsciiStrToLower(View(Trim(value.substr(0, value.find(';')))));
}

std::optional<Codec> CodecOfType(const Headers& headers, std::string_view begin) {
  const std::string type = TypeOf(headers);
  if (!type.starts_with(begin)) return std::nullopt;
  return CodecOf(std::string_view(type).substr(begin.size()));
}

Response WrongVerb(std::string_view allowed) {
  return PlainText(405, absl::StrCat("this method is called by ", View(allowed)),
                   {{"allow", std::string(allowed)}});
}

Response WrongType(std::string_view accepted) {
  return PlainText(415, absl::StrCat("the header content-type must be one of: ", View(accepted)),
                   {{"accept-post", std::string(accepted)}});
}

absl::Status CheckVersion(std::string_view version, std::string_view expected) {
  if (version.empty() || version == expected) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "PROTOCOL_VERSION",
                   "this is another version of the Connect protocol");
}

// One unary call; deletes itself at its answer.
class UnaryRun {
 public:
  UnaryRun(rpc::Gate& gate, const rpc::UnaryMethod& method, ConnectSource source, Respond respond)
      : source_(std::move(source)),
        gzip_(ListsGzip(source_.Header("accept-encoding"))),
        respond_(std::move(respond)),
        flow_(gate, method, source_,
              [this](const absl::Status& status, const std::string& request_id,
                     const Message* message) { Answer(status, request_id, message); }) {}

  void Begin() { flow_.Begin(); }

 private:
  void Answer(const absl::Status& status, const std::string& request_id, const Message* message) {
    Response response;
    if (message == nullptr) {
      response = ErrorResponse(status, request_id);
    } else {
      response.headers = {
          {"content-type", absl::StrCat("application/", std::string(NameOf(source_.codec())))},
          {"vary", "accept-encoding"}};
      response.body = Serialise(source_.codec(), *message);
      if (gzip_ && response.body.size() >= kGzipBytesMin) {
        response.body = Gzip(response.body);
        response.headers.emplace_back("content-encoding", "gzip");
      }
      // Who does not read is cut by the server's own bound of time.
      response.held = flow_.HoldAnswer(response.body.size());
    }
    for (auto& header : source_.TakeHeaders()) response.headers.push_back(std::move(header));
    const Respond respond = std::move(respond_);
    delete this;
    respond(std::move(response));
  }

  ConnectSource source_;
  const bool gzip_;
  Respond respond_;
  rpc::UnaryFlow flow_;
};

}  // namespace

ConnectHandler::ConnectHandler(rpc::Gate& gate, const rpc::MethodTable& table,
                               std::size_t request_bytes_max)
    : gate_(gate), request_bytes_max_(request_bytes_max), ended_(std::make_shared<EndedStreams>()) {
  for (const rpc::UnaryMethod& method : table.unary()) unary_.emplace(method.path, &method);
  for (const rpc::StreamMethod& method : table.streams()) streams_.emplace(method.path, &method);
}

ConnectHandler::~ConnectHandler() { ended_->Clear(); }

bool ConnectHandler::Knows(std::string_view path) const {
  return unary_.find(path) != unary_.end() || streams_.find(path) != streams_.end();
}

std::size_t ConnectHandler::BodyBytesMax(std::string_view path) const {
  const auto found = unary_.find(path);
  const std::size_t request_bytes =
      found == unary_.end() ? StreamRequestBytesMax() : RequestBytesMax(*found->second);
  return MessageBytesMax(Codec::kJson, request_bytes) + kEnvelopeHeadBytes;
}

std::size_t ConnectHandler::RequestBytesMax(const rpc::UnaryMethod& method) const {
  return method.for_everybody ? std::min(request_bytes_max_, kEverybodysRequestBytesMax)
                              : request_bytes_max_;
}

std::size_t ConnectHandler::StreamRequestBytesMax() const {
  return std::min(request_bytes_max_, kStreamRequestBytesMax);
}

void ConnectHandler::Handle(std::shared_ptr<const Request> request, Respond respond) {
  const std::string_view path = request->path;
  if (const auto found = streams_.find(path); found != streams_.end()) {
    if (request->method != "POST") return respond(WrongVerb("POST"));
    return Stream(*found->second, std::move(request), std::move(respond));
  }
  const auto found = unary_.find(path);
  if (found == unary_.end()) {
    Response unknown = ErrorResponse(
        MakeError(absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN", "there is no such method"),
        {});
    unknown.status = 404;  // as the protocol has it
    return respond(std::move(unknown));
  }
  const bool readable = found->second->descriptor->options().idempotency_level() ==
                        google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  if (request->method == "POST") {
    return Unary(*found->second, std::move(request), std::move(respond));
  }
  if (request->method == "GET" && readable) {
    return Get(*found->second, std::move(request), std::move(respond));
  }
  respond(WrongVerb(readable ? "GET, POST" : "POST"));
}

void ConnectHandler::Unary(const rpc::UnaryMethod& method, std::shared_ptr<const Request> request,
                           Respond respond) {
  const Headers& headers = request->headers;
  const std::optional<Codec> codec = CodecOfType(headers, kUnaryType);
  if (!codec) {
    return respond(WrongType("application/json, application/proto"));
  }
  absl::Status good = CheckVersion(HeaderOf(headers, "connect-protocol-version"), "1");
  if (!good.ok()) return respond(ErrorResponse(good, {}));
  Payload payload{*codec, std::string(HeaderOf(headers, "content-encoding")), request->body};
  Run(method, std::move(request), std::move(payload), std::move(respond));
}

void ConnectHandler::Get(const rpc::UnaryMethod& method, std::shared_ptr<const Request> request,
                         Respond respond) {
  const Fields fields = ParseForm(request->query, kQueryFieldsMax);
  const auto field = [&](std::string_view name) {
    const std::string* value = FindField(fields, name);
    return value == nullptr ? std::string() : *value;
  };
  const std::optional<Codec> codec = CodecOf(field("encoding"));
  if (!codec) return respond(PlainText(415, "the parameter encoding must be json or proto"));
  absl::Status good = CheckVersion(field("connect"), "v1");
  if (!good.ok()) return respond(ErrorResponse(good, {}));
  std::string bytes = field("message");
  if (field("base64") == "1") {
    const std::string text = std::move(bytes);
    // Of either alphabet, padded or not.
    if (!absl::WebSafeBase64Unescape(text, &bytes) && !absl::Base64Unescape(text, &bytes)) {
      return respond(ErrorResponse(MakeError(absl::StatusCode::kInvalidArgument,
                                             "MESSAGE_MALFORMED", "the message is no base64"),
                                   {}));
    }
  }
  Payload payload{*codec, field("compression"), std::move(bytes)};
  Run(method, std::move(request), std::move(payload), std::move(respond));
}

void ConnectHandler::Run(const rpc::UnaryMethod& method, std::shared_ptr<const Request> request,
                         Payload payload, Respond respond) {
  const auto deadline = DeadlineOf(request->headers);
  if (!deadline.ok()) return respond(ErrorResponse(deadline.status(), {}));
  auto* run = new UnaryRun(
      gate_, method,
      ConnectSource(std::move(request), std::move(payload), *deadline, RequestBytesMax(method)),
      std::move(respond));
  run->Begin();
}

void ConnectHandler::Stream(const rpc::StreamMethod& method, std::shared_ptr<const Request> request,
                            Respond respond) {
  const Headers& headers = request->headers;
  const std::optional<Codec> codec = CodecOfType(headers, kStreamType);
  if (!codec) {
    return respond(WrongType("application/connect+json, application/connect+proto"));
  }
  const bool gzip = ListsGzip(HeaderOf(headers, "connect-accept-encoding"));
  Response response;
  response.headers = {
      {"content-type", absl::StrCat("application/connect+", std::string(NameOf(*codec)))}};
  if (gzip) response.headers.emplace_back("connect-content-encoding", "gzip");
  const auto fail = [&](const absl::Status& status) {
    response.body = EndEnvelope(status, {});
    respond(std::move(response));
  };
  absl::Status good = CheckVersion(HeaderOf(headers, "connect-protocol-version"), "1");
  if (!good.ok()) return fail(good);
  absl::StatusOr<Envelope> envelope = OpenEnvelope(request->body);
  if (!envelope.ok()) return fail(envelope.status());
  const std::string_view encoding = HeaderOf(headers, "connect-content-encoding");
  if (envelope->compressed && encoding.empty()) {
    return fail(MakeError(absl::StatusCode::kInvalidArgument, "COMPRESSION_UNKNOWN",
                          "a compressed message without connect-content-encoding"));
  }
  Payload payload{*codec, envelope->compressed ? std::string(encoding) : std::string(),
                  std::string(envelope->message)};
  const auto deadline = DeadlineOf(headers);
  if (!deadline.ok()) return fail(deadline.status());
  response.stream = MakeConnectStream(
      gate_, method,
      ConnectSource(std::move(request), std::move(payload), *deadline, StreamRequestBytesMax()),
      gzip, ended_);
  respond(std::move(response));
}

}  // namespace replyguard::service::http
