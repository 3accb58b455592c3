// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How an answer's head, and pieces of a body of unknown length, are written. Pure.
#pragma once

#include <string>
#include <string_view>

#include "service/http/server/message.h"

namespace replyguard::service::http {

struct HeadOptions {
  int version = 11;  // 10 or 11: of the request
  bool keep_alive = false;
  bool secure = false;  // the request came over TLS
};

// The head of `response` up to and with the empty line: its headers, those that keep a browser from
// doing what nobody asked for unless the handler set them itself, and the length of the body. A
// stream is chunked in HTTP/1.1; in 1.0 the connection's end is the body's.
std::string WriteHead(const Response& response, const HeadOptions& options);

// One chunk; `last`: and the end of all. Empty and not last: nothing.
std::string WriteChunk(std::string_view piece, bool last);

}  // namespace replyguard::service::http
