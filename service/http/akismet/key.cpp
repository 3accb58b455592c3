// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/key.h"

#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "service/auth/api_key.h"
#include "service/http/server/text.h"

namespace replyguard::service::http::akismet {
namespace {

std::string Lower(std::string_view text) { return absl::AsciiStrToLower(View(Trim(text))); }

// "Scheme rest": the rest, if the scheme is this one.
std::string_view Credentials(std::string_view authorization, std::string_view scheme) {
  const std::size_t blank = authorization.find(' ');
  if (blank == std::string_view::npos ||
      !SameIgnoringCase(authorization.substr(0, blank), scheme)) {
    return {};
  }
  return authorization.substr(blank + 1);
}

std::string BasicUser(std::string_view authorization) {
  const std::string_view encoded = Credentials(authorization, "basic");
  std::string pair;
  if (encoded.empty() || !absl::Base64Unescape(View(encoded), &pair)) {
    return {};
  }
  const std::string user = pair.substr(0, pair.find(':'));
  return user.substr(0, user.rfind('.'));
}

std::string FirstLabel(std::string_view host) {
  std::string label = Lower(host.substr(0, host.find('.')));
  return auth::ParseApiKey(label) ? label : std::string();
}

}  // namespace

std::string FindKey(const Request& request, const Parameters& parameters) {
  for (const std::string_view name : {"api_key", "key"}) {
    if (std::string key = Lower(parameters.Get(name)); !key.empty()) return key;
  }
  const std::string_view authorization = HeaderOf(request.headers, "authorization");
  if (std::string key = Lower(BasicUser(authorization)); !key.empty()) return key;
  if (std::string key = Lower(Credentials(authorization, "bearer")); !key.empty()) return key;
  return FirstLabel(HeaderOf(request.headers, "host"));
}

}  // namespace replyguard::service::http::akismet
