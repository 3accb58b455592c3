// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/message_writer.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/http/server/text.h"

namespace replyguard::service::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// A value that holds a line's end would begin a header of its own.
void AddField(std::string& out, std::string_view name, std::string_view value) {
  absl::StrAppend(&out, View(name), ": ");
  std::copy_if(value.begin(), value.end(), std::back_inserter(out),
               [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
  out += kLineEnd;
}

void AddSecurity(std::string& out, const Response& response, bool secure) {
  const auto add = [&](std::string_view name, std::string_view value) {
    const bool there = std::any_of(response.headers.begin(), response.headers.end(),
                                   [&](const auto& header) { return header.first == name; });
    if (!there) AddField(out, name, value);
  };
  add("x-content-type-options", "nosniff");
  add("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  add("referrer-policy", "no-referrer");
  add("cross-origin-resource-policy", "same-origin");
  add("cache-control", "no-store");
  if (secure) add("strict-transport-security", "max-age=31536000");
}

// RFC 9110, section 8.6.
bool HasLength(int status) { return status >= 200 && status != 204; }

}  // namespace

std::string WriteHead(const Response& response, const HeadOptions& options) {
  const auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
  std::string out = absl::StrCat("HTTP/1.", options.version == 11 ? "1 " : "0 ", response.status,
                                 " ", absl::string_view(reason.data(), reason.size()), "\r\n");
  AddField(out, "date",
           absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()));
  for (const auto& [name, value] : response.headers) AddField(out, name, value);
  AddSecurity(out, response, options.secure);
  if (response.stream != nullptr) {
    if (options.version == 11) AddField(out, "transfer-encoding", "chunked");
  } else if (HasLength(response.status)) {
    AddField(out, "content-length", absl::StrCat(response.body.size()));
  }
  if (!options.keep_alive) {
    AddField(out, "connection", "close");
  } else if (options.version == 10) {
    AddField(out, "connection", "keep-alive");
  }
  out += kLineEnd;
  return out;
}

std::string WriteChunk(std::string_view piece, bool last) {
  std::string out;
  if (!piece.empty()) absl::StrAppend(&out, absl::Hex(piece.size()), "\r\n", View(piece), "\r\n");
  if (last) out += "0\r\n\r\n";
  return out;
}

}  // namespace replyguard::service::http
