// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/web_session.h"

#include <arpa/inet.h>

#include <algorithm>

namespace replyguard::service::auth {
namespace {

constexpr std::string_view kAttributes = "; Path=/; HttpOnly; SameSite=Strict";

std::string Cookie(std::string_view token, bool secure, std::chrono::seconds age_max) {
  std::string out(secure ? kTlsCookie : kLocalCookie);
  out.append("=").append(token).append(kAttributes);
  if (secure) out.append("; Secure");
  return out.append("; Max-Age=").append(std::to_string(age_max.count()));
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool SameAscii(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return lower(x) == lower(y);
  });
}

// Without the port that the scheme has by itself: a browser leaves it out of both, others may not.
std::string_view WithoutStandardPort(std::string_view authority, bool secure) {
  const std::string_view port = secure ? ":443" : ":80";
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

}  // namespace

std::string_view SessionCookieIn(std::string_view cookie_header, bool secure) {
  const std::string_view name = secure ? kTlsCookie : kLocalCookie;
  std::string_view found;
  bool seen = false;
  while (!cookie_header.empty()) {
    const std::size_t end = std::min(cookie_header.find(';'), cookie_header.size());
    const std::string_view pair = Trimmed(cookie_header.substr(0, end));
    cookie_header.remove_prefix(std::min(end + 1, cookie_header.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (seen) return {};
    seen = true;
    found = pair.substr(equals + 1);
  }
  return found;
}

std::string SessionCookie(std::string_view token, bool secure, std::chrono::seconds age_max) {
  return Cookie(token, secure, age_max);
}

std::string EndedSessionCookie(bool secure) { return Cookie({}, secure, std::chrono::seconds(0)); }

bool IsLocalHost(std::string_view host) {
  if (host.starts_with("[::1]")) {
    host.remove_prefix(5);
    return host.empty() || host.front() == ':';
  }
  const std::string name(host.substr(0, host.find(':')));
  if (SameAscii(name, "localhost")) return true;
  in_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 && name.starts_with("127.");
}

bool IsOwnOrigin(std::string_view origin, std::string_view host, bool secure) {
  const std::string_view scheme = secure ? "https://" : "http://";
  if (host.empty() || !origin.starts_with(scheme)) return false;
  return SameAscii(WithoutStandardPort(origin.substr(scheme.size()), secure),
                   WithoutStandardPort(host, secure));
}

}  // namespace replyguard::service::auth
