// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/library_log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <mutex>
#include <string>
#include <string_view>

#include "storage/mutex.h"

namespace replyguard::service {
namespace {

Mutex mutex;
CallLog* newest REPLYGUARD_GUARDED_BY(mutex) = nullptr;

void Write(std::string_view library, const char* file, int line) {
  const std::string_view path(file == nullptr ? "" : file);
  const std::string place =
      std::string(path.substr(path.rfind('/') + 1)) + ":" + std::to_string(line);
  LogOfLibrary(library, place);
}

void OnProtobuf(google::protobuf::LogLevel level, const char* file, int line,
                const std::string& /*text*/) {
  if (level >= google::protobuf::LOGLEVEL_WARNING) Write("protobuf", file, line);
}

void OnGrpc(gpr_log_func_args* args) {
  if (args->severity >= GPR_LOG_SEVERITY_ERROR) Write("grpc", args->file, args->line);
}

}  // namespace

void LogOfLibrary(std::string_view library, std::string_view text) {
  MutexLock lock(mutex);
  if (newest != nullptr) newest->OnLibrary(library, text);
}

void LogOfConnection(std::string_view why, std::string_view network) {
  MutexLock lock(mutex);
  if (newest != nullptr) newest->OnConnectionEnded(why, network);
}

LibraryLog::LibraryLog(CallLog& calls) : calls_(calls) {
  // Never taken back: between two servers of a process nothing is to be said either.
  static std::once_flag once;
  std::call_once(once, [] {
    google::protobuf::SetLogHandler(&OnProtobuf);
    gpr_set_log_function(&OnGrpc);
  });
  MutexLock lock(mutex);
  newest = &calls;
}

LibraryLog::~LibraryLog() {
  MutexLock lock(mutex);
  if (newest == &calls_) newest = nullptr;
}

}  // namespace replyguard::service
