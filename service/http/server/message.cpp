// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/message.h"

#include <utility>

namespace replyguard::service::http {

std::string_view HeaderOf(const Headers& headers, std::string_view name) {
  std::string_view found;
  bool seen = false;
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    if (seen) return {};
    seen = true;
    found = value;
  }
  return found;
}

Response PlainText(int status, std::string_view text, Headers more) {
  Response response;
  response.status = status;
  response.headers = std::move(more);
  response.headers.emplace_back("content-type", "text/plain; charset=utf-8");
  response.body = std::string(text);
  return response;
}

}  // namespace replyguard::service::http
