// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a request's head must be before it is parsed. Stricter than parsers are: whatever a proxy in
// front might read in another way than we do lets one request hide in another (RFC 9112, sections
// 2.2, 5.1, 5.2, 6.1 and 6.3). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace replyguard::service::http {

inline constexpr std::size_t kHeadBytesMax = 32U << 10U;
// Empty lines before a request, which old clients send after a body.
inline constexpr std::size_t kEmptyLinesMax = 4;
inline constexpr std::size_t kHeadFieldsMax = 100;

struct HeadFault {
  int status = 400;
  std::string_view text;  // for the sender; a literal
};

// `head` is all up to and with the empty line. Refused are: bare CR, LF and NUL; folded lines; a
// blank before the colon; a length twice, or one that is no number; a length beside a transfer
// coding; another coding than one "chunked"; any in HTTP/1.0; no host, or several, in HTTP/1.1;
// white space or control characters in a host; other versions; more than kHeadFieldsMax fields.
std::optional<HeadFault> FindHeadFault(std::string_view head);

}  // namespace replyguard::service::http
