// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A system that gives no more threads (pids.max, TasksMax, RLIMIT_NPROC), which a test can have of
// the real one only for all processes of its user. Programs that use it have refused_threads.cpp
// among their HELPERS.
#pragma once

namespace replyguard::tests {

// While it lives, the process gets `given` threads more, and then none. One at a time.
class RefusedThreads {
 public:
  explicit RefusedThreads(int given);
  ~RefusedThreads();
  RefusedThreads(const RefusedThreads&) = delete;
  RefusedThreads& operator=(const RefusedThreads&) = delete;
};

}  // namespace replyguard::tests
