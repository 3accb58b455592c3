// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/parse/request_errors.h"

#include "service/rpc/parse/utf8_violations.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {

absl::Status RequestTooLarge() {
  return MakeError(absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
                   "the request is larger than this server takes");
}

absl::Status MalformedMessage(const google::protobuf::Descriptor& type, std::string_view bytes) {
  const validation::Violations violations = Utf8Violations(type, bytes);
  if (!violations.empty()) return InvalidFields(violations);
  return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MALFORMED",
                   "the request is not a message of this method");
}

}  // namespace replyguard::service::rpc
