// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/key.h"

#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "service/auth/api_key.h"
#include "service/http/form/form.h"
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

// Stretches of hexadecimal digits that are as long as a key, however the body writes its fields.
void AddKeysWithin(std::string_view text, std::vector<std::string>& keys) {
  for (std::size_t at = 0; at < text.size() && keys.size() < kLikelyKeysMax; ++at) {
    std::size_t end = at;
    while (end < text.size() && absl::ascii_isxdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end - at == auth::kKeyTextDigits) keys.push_back(Lower(text.substr(at, end - at)));
    at = end;
  }
}

}  // namespace

std::vector<std::string> LikelyKeys(const Request& request) {
  std::vector<std::string> keys;
  const Parameters query(ParseForm(request.query, kParametersMax));
  if (std::string key = FindKey(request, query); !key.empty()) keys.push_back(std::move(key));
  const std::string_view body = request.body;
  if (body.size() <= 2 * kKeyWithinBytes) {
    AddKeysWithin(body, keys);
  } else {
    AddKeysWithin(body.substr(0, kKeyWithinBytes), keys);
    AddKeysWithin(body.substr(body.size() - kKeyWithinBytes), keys);
  }
  return keys;
}

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
