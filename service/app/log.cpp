// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <cstdio>

#include "service/app/log_file.h"

namespace replyguard::service {
namespace {

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view PatternOf(LogFormat format) {
  switch (format) {
    case LogFormat::kText:
      return "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
    case LogFormat::kJson:
      return R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
  }
  return "%v";
}

// As a JSON string, quotes included; text lines use the same. Controls and bytes beyond ASCII
// become \u00XX.
void AppendQuoted(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte >= 0x20U && byte < 0x7FU) {
      out.push_back(c);
    } else {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(byte));
      out.append(code.data());
    }
  }
  out.push_back('"');
}

}  // namespace

absl::StatusOr<std::unique_ptr<Log>> Log::Open(const LogOptions& options) {
  spdlog::sink_ptr sink;
  if (options.file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    auto file = LogFile::Open(options.file);
    if (!file.ok()) return file.status();
    sink = *std::move(file);
  }
  auto logger = std::make_shared<spdlog::logger>("replyguard", std::move(sink));
  logger->set_level(LevelOf(options.level));
  logger->flush_on(spdlog::level::info);
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      std::string(PatternOf(options.format)), spdlog::pattern_time_type::utc));
  return std::unique_ptr<Log>(new Log(std::move(logger), options.format));
}

void Log::Write(spdlog::level::level_enum level, std::string_view event,
                std::initializer_list<Value> values) {
  if (!logger_->should_log(level)) return;
  std::string line;
  const bool json = format_ == LogFormat::kJson;
  if (json) line += "\"event\":";
  if (json) {
    AppendQuoted(event, line);
  } else {
    line.append(event);
  }
  for (const auto& [key, value] : values) {
    line.push_back(json ? ',' : ' ');
    if (json) {
      AppendQuoted(key, line);
    } else {
      line.append(key);
    }
    line.push_back(json ? ':' : '=');
    AppendQuoted(value, line);
  }
  logger_->log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace replyguard::service
