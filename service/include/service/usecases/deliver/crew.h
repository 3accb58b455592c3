// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The threads of a courier. Of those that are idle one looks for work at every interval and at
// every Wake, so that a slow receiver keeps one thread and nobody's turn to look.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/mutex.h"

namespace replyguard::service {

// Thread-safe, but for Start and Stop.
class Crew {
 public:
  // Takes one piece of work, calls Wake, does it; false when there was none. On any of the threads,
  // several at a time. It is called again at once until there is none, or an error.
  using Step = std::function<absl::StatusOr<bool>()>;

  // `failed` is told of the first error of a thread since it last did well.
  Crew(std::size_t threads, std::chrono::milliseconds interval, Step step,
       std::function<void(const absl::Status&)> failed);
  ~Crew() { Stop(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void Start();
  // The threads end once they have done what they do. May be called again, as Stop.
  void AskToStop();
  void Stop();
  // There may be work: another thread looks.
  void Wake();
  bool stopping() const;

 private:
  void Run();
  // Until it is this thread's turn to look; false when it is to end.
  bool Rest();

  const std::size_t size_;
  const std::chrono::milliseconds interval_;
  const Step step_;
  const std::function<void(const absl::Status&)> failed_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool woken_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point next_look_ REPLYGUARD_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace replyguard::service
