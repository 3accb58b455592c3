// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The operator's log: one line an event, with named values, as text or JSON. Values are escaped, so
// that nothing a stranger sent can make a line of its own. Comment text and author data never come
// here: callers pass names, codes, counts and ids only.
//
// Thread-safe. Nothing is formatted for a level that is not written.
#pragma once

#include <spdlog/logger.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "service/app/server.h"

namespace replyguard::service {

class Log {
 public:
  using Value = std::pair<std::string_view, std::string>;

  // UNAVAILABLE when the file cannot be opened.
  static absl::StatusOr<std::unique_ptr<Log>> Open(const LogOptions& options);

  void Info(std::string_view event, std::initializer_list<Value> values = {}) {
    Write(spdlog::level::info, event, values);
  }
  void Warning(std::string_view event, std::initializer_list<Value> values = {}) {
    Write(spdlog::level::warn, event, values);
  }
  void Error(std::string_view event, std::initializer_list<Value> values = {}) {
    Write(spdlog::level::err, event, values);
  }

 private:
  Log(std::shared_ptr<spdlog::logger> logger, LogFormat format)
      : logger_(std::move(logger)), format_(format) {}
  void Write(spdlog::level::level_enum level, std::string_view event,
             std::initializer_list<Value> values);

  std::shared_ptr<spdlog::logger> logger_;
  const LogFormat format_;
};

}  // namespace replyguard::service
