// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Pages: sizes, tokens, and answers that stay small enough for a stock client (4 MiB a message).
#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/rpc/dispatch/method_table.h"
#include "service/rpc/tokens/page_tokens.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {

inline constexpr std::size_t kAnswerBytesMax = 3U << 20U;

// 0 means the default, more than the most means the most; INVALID_ARGUMENT for less than 0.
absl::StatusOr<std::int32_t> PageSize(std::int32_t asked, std::int32_t standard, std::int32_t most,
                                      std::string_view field = "page_size");

// The cursor in a request's page_token; nothing for the first page. INVALID_ARGUMENT.
absl::StatusOr<std::optional<std::string>> CursorOf(const PageTokens& tokens,
                                                    const CallContext& call,
                                                    const google::protobuf::Message& request,
                                                    const std::string& page_token);

// The same of a method whose cursor is the id of a page's last row.
absl::StatusOr<std::optional<storage::Uuid>> IdCursorOf(const PageTokens& tokens,
                                                        const CallContext& call,
                                                        const google::protobuf::Message& request,
                                                        const std::string& page_token);

// INVALID_ARGUMENT for a token that opened but holds no cursor of this method.
absl::Status BadPageToken();

// Adds rows to a page until it is large enough, and the token when there is, or may be, more.
// `convert(row, out)` fills in a message, `cursor(row)` tells where a page that ends with the row
// ended.
template <typename Rows, typename Message, typename Convert, typename Cursor>
void FillPage(const PageTokens& tokens, const CallContext& call,
              const google::protobuf::Message& request, const Rows& rows, std::int32_t limit,
              google::protobuf::RepeatedPtrField<Message>* out, std::string* next_page_token,
              Convert convert, Cursor cursor) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const auto& row : rows) {
    Message* message = out->Add();
    convert(row, message);
    bytes += message->ByteSizeLong();
    if (bytes > kAnswerBytesMax && count > 0) {
      out->RemoveLast();
      break;
    }
    ++count;
    if (bytes > kAnswerBytesMax) break;
  }
  if (count == 0) return;
  const bool full = rows.size() >= static_cast<std::size_t>(limit);
  if (count == rows.size() && !full) return;
  auto last = rows.begin();
  std::advance(last, static_cast<std::ptrdiff_t>(count) - 1);
  *next_page_token = tokens.Seal(*call.principal, request, cursor(*last));
}

}  // namespace replyguard::service::rpc
