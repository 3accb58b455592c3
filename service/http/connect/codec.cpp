// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/codec.h"

#include <google/protobuf/util/json_util.h>

#include "service/rpc/parse/request_errors.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {

using google::protobuf::Message;

std::optional<Codec> CodecOf(std::string_view name) {
  if (name == "json") return Codec::kJson;
  if (name == "proto") return Codec::kProto;
  return std::nullopt;
}

std::string_view NameOf(Codec codec) {
  switch (codec) {
    case Codec::kJson:
      return "json";
    case Codec::kProto:
      return "proto";
  }
  return {};
}

absl::Status Parse(Codec codec, std::string_view bytes, Message& message) {
  if (codec == Codec::kProto) {
    if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::OkStatus();
    }
    return rpc::MalformedMessage(*message.GetDescriptor(), bytes);
  }
  // A request without fields may be nothing at all.
  if (bytes.empty()) return absl::OkStatus();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(bytes.data(), bytes.size()), &message, options);
  if (status.ok()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MALFORMED",
                   "the body is not the JSON of this method's request");
}

std::string Serialise(Codec codec, const Message& message) {
  if (codec == Codec::kProto) return message.SerializeAsString();
  std::string json;
  // Fails for what is not UTF-8 and for times out of bounds only, which our own messages do not
  // hold.
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  return status.ok() ? json : std::string("{}");
}

}  // namespace replyguard::service::http
