// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The file that the log is appended to. Once it was moved away or removed, as logrotate does, its
// path is opened anew: at the next line, a second after the last look at the latest. Where that
// fails (no folder, no right), lines go on into the file that is open.
//
// Makes no folder; a file that is made has mode 0640, less the umask. Thread-safe, by its base.
#pragma once

#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"

namespace replyguard::service {

class LogFile final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // UNAVAILABLE when it cannot be opened, with the reason.
  static absl::StatusOr<std::shared_ptr<LogFile>> Open(std::string path);
  ~LogFile() override;
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

 private:
  LogFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  // Throws spdlog_ex when the line could not be written; spdlog tells standard error.
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}  // nothing is held back
  // What is no plain file, as a pipe or a terminal, is never opened again.
  void FollowPath();

  const std::string path_;
  int fd_;
  std::chrono::steady_clock::time_point looked_{};
  bool told_ = false;  // that it cannot be opened anew
};

}  // namespace replyguard::service
