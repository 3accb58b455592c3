// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a browser sends and gets of a session: its cookie, and where a request comes from.
//
// Over TLS the cookie is __Host-rg_session: Secure, of this host only, which no sibling domain can
// set. Without TLS a browser refuses such a cookie, and then there are sessions only where the
// server is addressed as the machine itself (localhost), with another name.
//
// Thread-safety: pure functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace replyguard::service::auth {

inline constexpr std::string_view kTlsCookie = "__Host-rg_session";
inline constexpr std::string_view kLocalCookie = "rg_session";
inline constexpr std::string_view kCsrfHeader = "x-csrf-token";

// The session's token in a Cookie header; empty when there is none, or it comes twice.
std::string_view SessionCookieIn(std::string_view cookie_header, bool secure);

// Values of Set-Cookie.
std::string SessionCookie(std::string_view token, bool secure, std::chrono::seconds age_max);
std::string EndedSessionCookie(bool secure);

// Whether a Host header names this machine by itself: localhost, 127.0.0.0/8 or [::1], with or
// without a port. A page of another site cannot make a browser send that for itself.
bool IsLocalHost(std::string_view host);

// Whether an Origin header is that of the server as it was addressed.
bool IsOwnOrigin(std::string_view origin, std::string_view host, bool secure);

}  // namespace replyguard::service::auth
