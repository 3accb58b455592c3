// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/rules/host_name.h"

namespace replyguard::service::policy {

// Something in a text that is or looks like a host.
struct Host {
  std::string name;  // CanonicalHost; empty where browsers may read one that is not understood
  std::string path;  // from the slash (in links backslash) on, up to white space or a quote, behind
                     // a port if there is one, or another link; empty without one
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // of name and path in the text
  // Behind "://" or what browsers take for it ("http:\\", invisible characters in it; "//" and
  // "http:" in tags), the "@" of a link; with a dot behind "https:", quotes or brackets and "//",
  // or "href=" in tags; with a dot or a number behind "[url]"; or beginning with "www."
  bool is_link = false;
  // A link, or what browsers take for one behind "http:" or two slashes ("http:2130706433"), or a
  // bare name that some programs make one of: neither within the query of a link, nor of a masked
  // address.
  bool may_be_link = false;
  bool is_part = false;  // another reading of the place of the one before: a stretch of its run
};

// Every run of host characters with a dot inside: links, bare names, domains of (masked) addresses;
// and IPv6 addresses in brackets, in links.
// Invisible characters inside are looked through. A run of several scripts is read as a whole and,
// stretch by stretch, as text glued to a host (ScriptStretches). Behind a link's host (or in its
// place) that goes on with other characters, up to a dot or "@" and more, is a host without a name.
// Linear.
std::vector<Host> FindHosts(std::string_view text);

// How many links a reader would count: places of FindHosts with is_link, or tags of links ("<a",
// "[url"), whichever are more.
std::size_t CountLinks(std::string_view text);

}  // namespace replyguard::service::policy
