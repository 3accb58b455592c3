// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What became of calls: counted, and the failed ones logged, at most so many a second.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "service/app/log.h"
#include "service/rpc/call_observer.h"
#include "storage/mutex.h"

namespace replyguard::service {

// Lines about failed calls a second; the rest is counted and told with the next line.
inline constexpr std::int64_t kFailureLinesPerSecond = 20;
inline constexpr std::int64_t kEndedLinesPerSecond = 5;

// Thread-safe.
class CallLog final : public rpc::CallObserver {
 public:
  explicit CallLog(Log& log) : log_(log) {}

  void OnCall(const rpc::CallRecord& record) override;
  void OnEscaped(std::string_view path, std::string_view request_id,
                 std::string_view type) override;
  void OnInternal(std::string_view path, std::string_view request_id,
                  std::string_view text) override;

  // A line of a library of ours: where in its source it was said.
  void OnLibrary(std::string_view library, std::string_view place);
  // A connection was ended from our side; `network`: of its client.
  void OnConnectionEnded(std::string_view why, std::string_view network);

  // Calls that ended with this code since the start.
  std::uint64_t Count(absl::StatusCode code) const;
  std::uint64_t escaped_count() const { return escaped_.load(std::memory_order_relaxed); }

 private:
  // Of one kind of line, so many a second.
  class LineBudget {
   public:
    explicit LineBudget(std::int64_t lines_per_second) : lines_per_second_(lines_per_second) {}
    // Whether a line may be written now, and how many were left out before it.
    bool MayWrite(std::int64_t& left_out);

   private:
    const std::int64_t lines_per_second_;
    Mutex mutex_;
    std::int64_t second_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
    std::int64_t lines_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
    std::int64_t left_out_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  };

  Log& log_;
  static constexpr std::size_t kCodes = 32;
  std::array<std::atomic<std::uint64_t>, kCodes> counts_{};
  std::atomic<std::uint64_t> escaped_{0};
  LineBudget failures_{kFailureLinesPerSecond};
  // Not among the lines of failed calls, of which whoever floods makes enough.
  LineBudget ended_{kEndedLinesPerSecond};
};

}  // namespace replyguard::service
