// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What protobuf and gRPC say of themselves, as lines of the operator's log instead of their own on
// standard error. Only the place in the library's source and the severity are taken: their texts
// may quote what a stranger sent.
//
// Thread-safe. The libraries have one handler a process: of several objects the newest gets the
// lines; without any, nobody does.
#pragma once

#include <string_view>

#include "service/app/call_log.h"

namespace replyguard::service {

class LibraryLog {
 public:
  // `calls` outlives it.
  explicit LibraryLog(CallLog& calls);
  ~LibraryLog();
  LibraryLog(const LibraryLog&) = delete;
  LibraryLog& operator=(const LibraryLog&) = delete;

 private:
  CallLog& calls_;
};

// A line of ours about what a library does, as if it had said it. Thread-safe.
void LogOfLibrary(std::string_view library, std::string_view text);
// A line about a connection that was ended, and whose it was. Thread-safe.
void LogOfConnection(std::string_view why, std::string_view network);

}  // namespace replyguard::service
