// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Messages as Connect carries them: binary, or proto3 JSON. Unknown JSON fields are ignored, as
// unknown binary ones are; unknown names of enums are refused. Pure.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace replyguard::service::http {

enum class Codec { kJson, kProto };

// "json" and "proto"; nothing for others.
std::optional<Codec> CodecOf(std::string_view name);
std::string_view NameOf(Codec codec);

// INVALID_ARGUMENT, without a word of the text.
absl::Status Parse(Codec codec, std::string_view bytes, google::protobuf::Message& message);
std::string Serialise(Codec codec, const google::protobuf::Message& message);

}  // namespace replyguard::service::http
