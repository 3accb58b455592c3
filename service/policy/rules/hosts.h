// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::service::policy {

// The longest host name there is, in bytes (RFC 1035).
inline constexpr std::size_t kHostBytesMax = 253;

// Something in a text that is or looks like a host.
struct Host {
  std::string name;  // lower case, international names as punycode (UTS #46); at most the last
                     // kHostBytesMax bytes
  std::string path;  // from the slash on, up to white space or a quote; empty without one
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // of name and path in the text
  bool is_link = false;   // behind "://", or beginning with "www."
};

// Every run of host characters with a dot inside: links, bare names, domains of (masked) addresses.
// Invisible characters inside are looked through. Linear.
std::vector<Host> FindHosts(std::string_view text);

// How many links a reader would count: FindHosts with is_link, or "<a" tags with href, whichever
// are more.
std::size_t CountLinks(std::string_view text);

// A host name as it is compared; empty when it is none.
std::string CanonicalHost(std::string_view host);

}  // namespace replyguard::service::policy
