// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

// What a text says at its end: whether a link begins there. Pure.
namespace replyguard::service::policy {

// What a text says at its end of a host that follows.
enum class LinkSign {
  kNone,
  kName,     // it is a link if it has a dot and is no odd form of an address: "//", "href="
  kDotted,   // it is a link if it has a dot: "https:"
  kNumber,   // or is a number, which browsers take for an address: "[url]"
  kAnyHost,  // it is a link: "://", and what browsers take for it
};

// Looks no further back than a sign is long.
LinkSign LinkBefore(std::string_view text);

// Whether browsers may read what follows as a host where readers see no link.
enum class Lead {
  kNone,
  kSlashes,  // behind two slashes, which in plain text begin a comment or divide
  kLink,     // behind "http:", or slashes that a value, brackets or a quote may hold
};

// Looks no further back than a sign is long, and over the blanks before it.
Lead LeadBefore(std::string_view text);

// Whether the host that follows is in the value of an attribute, or in a tag: what reads that reads
// on to its end. Looks as far back as LeadBefore, and at an "=" with blanks on both sides.
bool IsInValue(std::string_view text);

// Whether it ends with two slashes, of whatever.
bool EndsInSlashes(std::string_view text);

// Browsers read both alike.
inline bool IsSlash(char c) { return c == '/' || c == '\\'; }

// Of the scheme a text ends with that leads to the web; 0 without one.
std::size_t WebSchemeBytes(std::string_view text);

bool EndsWithNoCase(std::string_view text, std::string_view lower);

}  // namespace replyguard::service::policy
