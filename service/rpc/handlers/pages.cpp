// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/handlers/pages.h"

#include <algorithm>

namespace replyguard::service::rpc {

absl::StatusOr<std::int32_t> PageSize(std::int32_t asked, std::int32_t standard, std::int32_t most,
                                      std::string_view field) {
  if (asked < 0) return InvalidField(field, "OUT_OF_RANGE", "Must be 0 or more.");
  return asked == 0 ? standard : std::min(asked, most);
}

absl::Status BadPageToken() {
  return InvalidField("page_token", "PAGE_TOKEN_INVALID",
                      "Must be a token of this request; begin without one.");
}

absl::StatusOr<std::optional<std::string>> CursorOf(const PageTokens& tokens,
                                                    const CallContext& call,
                                                    const google::protobuf::Message& request,
                                                    const std::string& page_token) {
  if (page_token.empty()) return std::optional<std::string>();
  std::optional<std::string> cursor = tokens.Open(*call.principal, request, page_token);
  if (!cursor) return BadPageToken();
  return cursor;
}

absl::StatusOr<std::optional<storage::Uuid>> IdCursorOf(const PageTokens& tokens,
                                                        const CallContext& call,
                                                        const google::protobuf::Message& request,
                                                        const std::string& page_token) {
  const auto cursor = CursorOf(tokens, call, request, page_token);
  if (!cursor.ok()) return cursor.status();
  if (!*cursor) return std::nullopt;
  CursorReader reader(**cursor);
  const storage::Uuid id = reader.Id();
  if (!reader.ok()) return BadPageToken();
  return id;
}

}  // namespace replyguard::service::rpc
