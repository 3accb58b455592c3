// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/head.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "service/http/server/text.h"

namespace replyguard::service::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLengthDigitsMax = 18;  // fits 64 bits

// RFC 9110, section 5.6.2.
bool IsToken(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kOthers.find(c) != std::string_view::npos;
  });
}

// Without white space and control characters.
bool IsGraphic(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return !absl::ascii_isspace(static_cast<unsigned char>(c)) &&
           !absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
}

// What of the fields decides where the message ends, and whom it is for.
struct Framing {
  std::size_t fields = 0;
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t codings = 0;
};

std::optional<HeadFault> ReadField(std::string_view line, Framing& framing) {
  if (line.front() == ' ' || line.front() == '\t') return HeadFault{400, "a folded header line"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return HeadFault{400, "this is no header line"};
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  if (++framing.fields > kHeadFieldsMax) return HeadFault{431, "too many headers"};
  if (SameIgnoringCase(name, "host")) {
    if (!IsGraphic(value)) return HeadFault{400, "this is no host"};
    ++framing.hosts;
  }
  if (SameIgnoringCase(name, "content-length")) {
    const bool number = !value.empty() && value.size() <= kLengthDigitsMax &&
                        value.find_first_not_of("0123456789") == std::string_view::npos;
    if (!number) return HeadFault{400, "content-length is no number"};
    ++framing.lengths;
  }
  if (SameIgnoringCase(name, "transfer-encoding")) {
    if (!SameIgnoringCase(value, "chunked"))
      return HeadFault{501, "no transfer coding but chunked"};
    ++framing.codings;
  }
  return std::nullopt;
}

std::optional<HeadFault> CheckFraming(const Framing& framing, bool is_11) {
  if (framing.lengths > 1) return HeadFault{400, "content-length more than once"};
  if (framing.codings > 1) return HeadFault{400, "transfer-encoding more than once"};
  if (framing.codings > 0 && framing.lengths > 0) {
    return HeadFault{400, "content-length beside transfer-encoding"};
  }
  if (framing.codings > 0 && !is_11) return HeadFault{400, "HTTP/1.0 knows no transfer-encoding"};
  if (framing.hosts > 1 || (is_11 && framing.hosts == 0)) {
    return HeadFault{400, "not exactly one host"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<HeadFault> FindHeadFault(std::string_view head) {
  Framing framing;
  bool first = true;
  bool is_11 = false;
  while (!head.empty()) {
    const std::size_t end = head.find(kLineEnd);
    if (end == std::string_view::npos) return HeadFault{400, "this is no HTTP request"};
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + kLineEnd.size());
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return HeadFault{400, "a line that does not end as one"};
    }
    if (first) {
      is_11 = line.ends_with(" HTTP/1.1");
      if (!is_11 && !line.ends_with(" HTTP/1.0")) {
        const bool other = line.find(" HTTP/") != std::string_view::npos;
        return HeadFault{other ? 505 : 400,
                         other ? "HTTP/1.0 and 1.1 only" : "this is no HTTP request"};
      }
      first = false;
      continue;
    }
    if (line.empty()) return CheckFraming(framing, is_11);
    if (auto fault = ReadField(line, framing)) return fault;
  }
  return HeadFault{400, "this is no HTTP request"};
}

}  // namespace replyguard::service::http
