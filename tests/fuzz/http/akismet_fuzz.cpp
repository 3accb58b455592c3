// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an Akismet call, as a form, as multipart and as JSON, in body and query: no crash,
// no more parameters than there may be, and a submission that lacks nothing but what is required.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "service/http/akismet/fields.h"
#include "service/http/akismet/key.h"
#include "service/http/akismet/multipart.h"
#include "service/http/akismet/parameters.h"
#include "service/validation/submission.h"

namespace {

namespace akismet = replyguard::service::http::akismet;
namespace validation = replyguard::service::validation;
using replyguard::service::http::Request;

constexpr const char* kContentTypes[] = {"application/x-www-form-urlencoded",
                                         "multipart/form-data; boundary=x", "application/json", ""};

void Require(bool fine) {
  if (!fine) std::abort();
}

void Read(const Request& request) {
  const auto parameters = akismet::ReadParameters(request);
  if (!parameters.ok()) return;
  (void)akismet::FindKey(request, *parameters);
  const validation::Time now{std::chrono::seconds(1'800'000'000)};
  akismet::CommentFields fields = akismet::ReadFields(*parameters, now);
  const validation::SiteForm form{.author_name = false, .author_email = false};
  for (const auto& violation : validation::Validate(fields.submission, form, now).List()) {
    Require(violation.reason == validation::reason::kRequired);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const char* type : kContentTypes) {
    Request request;
    request.method = "POST";
    request.path = "/1.1/comment-check";
    request.headers = {{"host", "blog.example"}, {"content-type", type}};
    request.body = bytes;
    Read(request);
  }
  Request request;
  request.method = "GET";
  request.path = "/1.1/verify-key";
  request.query = bytes;
  Read(request);
  constexpr std::size_t kFew = 3;
  const auto parts = akismet::ReadMultipart(kContentTypes[1], bytes, kFew);
  Require(!parts.ok() || parts->size() <= kFew);
  return 0;
}
