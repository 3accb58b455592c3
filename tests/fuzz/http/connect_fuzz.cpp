// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a request in JSON and in Protobuf's own form: no crash, an error that does not quote
// what was sent, and what was read is the same after a way through either form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "replyguard/v1/comment_service.pb.h"
#include "replyguard/v1/moderation_service.pb.h"
#include "service/http/connect/codec.h"

namespace {

namespace http = replyguard::service::http;
namespace v1 = replyguard::v1;
using google::protobuf::Message;
using http::Codec;

constexpr char kSecret[] = "secretlocal@";

void Require(bool fine) {
  if (!fine) std::abort();
}

template <typename Request>
void Read(Codec codec, std::string_view bytes) {
  Request request;
  if (const absl::Status status = http::Parse(codec, bytes, request); !status.ok()) {
    Require(status.code() == absl::StatusCode::kInvalidArgument);
    Require(status.message().find(kSecret) == absl::string_view::npos);
    return;
  }
  for (const Codec other : {Codec::kJson, Codec::kProto}) {
    const std::string written = http::Serialise(other, request);
    Request again;
    // What is no text has no form in JSON.
    if (!http::Parse(other, written, again).ok()) continue;
    Require(http::Serialise(other, again) == written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Codec codec : {Codec::kJson, Codec::kProto}) {
    Read<v1::SubmitCommentRequest>(codec, bytes);
    Read<v1::ModerateCommentsRequest>(codec, bytes);
    Read<v1::ListQueueRequest>(codec, bytes);
  }
  return 0;
}
