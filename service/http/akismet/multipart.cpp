// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/multipart.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "service/http/server/text.h"

namespace replyguard::service::http::akismet {
namespace {

constexpr std::size_t kBoundaryBytesMax = 70;  // RFC 2046, section 5.1.1

absl::Status Malformed() { return absl::InvalidArgumentError("the body is no multipart form"); }

// The name in a part's headers; nothing for a file or a part without one.
std::optional<std::string> NameOf(std::string_view headers) {
  constexpr absl::string_view kDisposition = "content-disposition:";
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    const std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    if (!absl::StartsWithIgnoreCase(View(line), kDisposition)) continue;
    if (ParameterOf(line, "filename") || ParameterOf(line, "filename*")) return std::nullopt;
    return ParameterOf(line, "name");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ParameterOf(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos) {
    value.remove_prefix(at + 1);
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = Trim(value.substr(0, equals));
    value.remove_prefix(equals + 1);
    std::string_view found;
    if (value.starts_with('"')) {
      const std::size_t end = value.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      found = value.substr(1, end - 1);
      value.remove_prefix(end + 1);
    } else {
      found = Trim(value.substr(0, value.find(';')));
    }
    if (SameIgnoringCase(key, name)) return std::string(found);
    at = value.find(';');
  }
  return std::nullopt;
}

absl::StatusOr<Fields> ReadMultipart(std::string_view content_type, std::string_view body,
                                     std::size_t fields_max) {
  const std::optional<std::string> boundary = ParameterOf(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kBoundaryBytesMax) return Malformed();
  const std::string first = "--" + *boundary;
  const std::string next = "\r\n" + first;
  std::size_t at = body.starts_with(first) ? 0 : body.find(next);
  if (at == std::string_view::npos) return Malformed();
  at += at == 0 && body.starts_with(first) ? first.size() : next.size();
  Fields fields;
  while (fields.size() < fields_max) {
    body.remove_prefix(at);
    if (body.starts_with("--")) return fields;
    const std::size_t line = body.find("\r\n");
    if (line == std::string_view::npos) return Malformed();
    body.remove_prefix(line + 2);
    const std::size_t end = body.find(next);
    if (end == std::string_view::npos) return Malformed();
    const std::string_view part = body.substr(0, end);
    if (const std::size_t blank = part.find("\r\n\r\n"); blank != std::string_view::npos) {
      if (auto name = NameOf(part.substr(0, blank))) {
        fields.emplace_back(*std::move(name), part.substr(blank + 4));
      }
    }
    at = end + next.size();
  }
  return fields;
}

}  // namespace replyguard::service::http::akismet
