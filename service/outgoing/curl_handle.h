// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>

namespace replyguard::service::outgoing {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
// Has the connections that were made with it, and closes them.
using Easy = std::unique_ptr<CURL, EasyDeleter>;

}  // namespace replyguard::service::outgoing
