// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Names of hosts, taken by themselves. Pure; all linear.
namespace replyguard::service::policy {

// The longest host name there is, in bytes (RFC 1035).
inline constexpr std::size_t kHostBytesMax = 253;

// A host name as it is compared; empty when it is none. Lower case, international names as punycode
// (UTS #46), at most the last kHostBytesMax bytes, without dots, hyphens and underscores at the
// ends, or an underscore and what follows it in the last label: no top-level domain has one, and
// Markdown puts them there. Addresses in the one form for all that browsers take (0x7f.1,
// 2130706433 and [::ffff:7f00:1] are 127.0.0.1); of IPv6 in brackets.
std::string CanonicalHost(std::string_view host);
// The same, but that IPv4 addresses stay in the form they have.
std::string SpelledHost(std::string_view host);

// May stand in a host name, dots and invisible characters included.
bool IsHostChar(char32_t c);
// Whether it holds a dot of any kind.
bool HasDot(std::string_view run);

// Whether programs that make links of bare names may find one in a run of host characters. They do
// not take "。" for a dot, nor one letter or a number for a top-level domain; dots in a row end a
// name.
bool MayBecomeLink(std::string_view run);

// The stretches of a run of host characters that are each of one script, with the digits, hyphens
// and dots around them: where a text is glued to a host ("看evil.com") one of them is the host.
// Symbols and numbers in circles are a script of their own. Nothing when the run is of one.
std::vector<std::string_view> ScriptStretches(std::string_view run);

// The IPv4 addresses in four parts that letters but Latin ones are glued to ("看1.2.3.4"), which no
// stretch is.
std::vector<std::string_view> AddressStretches(std::string_view run);

// The next character at `at`, negative for a bad byte. REQUIRES: at < text.size().
std::int32_t NextChar(std::string_view text, std::size_t& at);
bool IsInvisible(char32_t c);
bool IsDot(char32_t c);

}  // namespace replyguard::service::policy
