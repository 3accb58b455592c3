// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/codec.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "service/http/connect/json_bounds.h"
#include "service/rpc/parse/request_errors.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
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

namespace {

// Where the library says that a value does not fit: "(submission.author_name): invalid value ...".
// Empty where it names no field of the message: the text is the caller's then.
std::string FieldOfFault(const Descriptor& type, std::string_view text) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return {};
  const std::string_view path = text.substr(1, end - 1);
  const Descriptor* in = &type;
  std::string found;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t dot = std::min(path.find('.', at), path.size());
    // "author_name[3]" of "submission.author_name[3]".
    const std::string_view step = path.substr(at, dot - at);
    const FieldDescriptor* field =
        in == nullptr ? nullptr : FieldOf(*in, std::string(step.substr(0, step.find('['))));
    if (field == nullptr) return {};
    if (!found.empty()) found += '.';
    found += field->name();
    in = field->message_type();
    at = dot + 1;
  }
  return found;
}

}  // namespace

absl::Status Parse(Codec codec, std::string_view bytes, Message& message) {
  if (codec == Codec::kProto) {
    if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::OkStatus();
    }
    return rpc::MalformedMessage(*message.GetDescriptor(), bytes);
  }
  // A request without fields may be nothing at all.
  if (bytes.empty()) return absl::OkStatus();
  if (absl::Status good = CheckJson(bytes, *message.GetDescriptor()); !good.ok()) return good;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(bytes.data(), bytes.size()), &message, options);
  if (status.ok()) return absl::OkStatus();
  const std::string_view text(status.message().data(), status.message().size());
  const std::string field = FieldOfFault(*message.GetDescriptor(), text);
  if (!field.empty()) {
    return InvalidField(field, validation::reason::kValueInvalid,
                        "Must be what this field holds in JSON.");
  }
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
