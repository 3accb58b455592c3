// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/console/handler.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "service/console/assets.h"
#include "service/http/server/gzip.h"
#include "service/http/server/text.h"

namespace replyguard::service::http {
namespace {

// Only what is embedded runs, and it talks to this server alone.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
    "data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
constexpr std::string_view kForGood = "public, max-age=31536000, immutable";
// A page names the files of its version: it is asked for anew, and answered by 304 while it is the
// same.
constexpr std::string_view kAskAnew = "no-cache";

bool Matches(std::string_view if_none_match, std::string_view etag) {
  for (absl::string_view part : absl::StrSplit(View(if_none_match), ',')) {
    absl::string_view one = absl::StripAsciiWhitespace(part);
    absl::ConsumePrefix(&one, "W/");
    if (one == "*" || one == View(etag)) return true;
  }
  return false;
}

void Add(Response& response, std::string_view name, std::string_view value) {
  response.headers.emplace_back(name, value);
}

Response Serve(const console::Asset& asset, const Request& request) {
  Response response;
  Add(response, "content-security-policy", kContentSecurityPolicy);
  Add(response, "cross-origin-opener-policy", "same-origin");
  Add(response, "permissions-policy", "camera=(), geolocation=(), microphone=()");
  Add(response, "cache-control", asset.immutable ? kForGood : kAskAnew);
  Add(response, "vary", "accept-encoding");
  // Weak: the compressed and the plain bytes are answered under the same one.
  Add(response, "etag", std::string("W/").append(asset.etag));
  if (Matches(HeaderOf(request.headers, "if-none-match"), asset.etag)) {
    response.status = 304;
    return response;
  }
  Add(response, "content-type", asset.content_type);
  const bool gzip = ListsGzip(HeaderOf(request.headers, "accept-encoding"));
  if (gzip) Add(response, "content-encoding", "gzip");
  response.body = gzip ? asset.gzip : asset.plain;
  return response;
}

Response Answer(const Request& request) {
  const bool lead = request.path == "/" || request.path == "/console";
  const console::Asset* asset = lead ? nullptr : console::FindAsset(request.path);
  if (!lead && asset == nullptr) return PlainText(404, kNothingHere);
  if (request.method != "GET" && request.method != "HEAD") {
    Response refused = PlainText(405, "only to be read");
    Add(refused, "allow", "GET, HEAD");
    return refused;
  }
  if (asset != nullptr) return Serve(*asset, request);
  Response moved = PlainText(307, "the console is at /console/");
  Add(moved, "location", "/console/");
  return moved;
}

}  // namespace

void ConsoleHandler::Handle(std::shared_ptr<const Request> request, Respond respond) {
  respond(Answer(*request));
}

}  // namespace replyguard::service::http
