// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// std::mutex with clang's thread-safety annotations. Not absl::Mutex: the packaged library is not
// built for ThreadSanitizer and reports false races under it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define REPLYGUARD_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define REPLYGUARD_THREAD_ATTRIBUTE(x)
#endif

#define REPLYGUARD_CAPABILITY(x) REPLYGUARD_THREAD_ATTRIBUTE(capability(x))
#define REPLYGUARD_SCOPED_CAPABILITY REPLYGUARD_THREAD_ATTRIBUTE(scoped_lockable)
#define REPLYGUARD_GUARDED_BY(x) REPLYGUARD_THREAD_ATTRIBUTE(guarded_by(x))
#define REPLYGUARD_PT_GUARDED_BY(x) REPLYGUARD_THREAD_ATTRIBUTE(pt_guarded_by(x))
#define REPLYGUARD_REQUIRES(...) REPLYGUARD_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define REPLYGUARD_EXCLUDES(...) REPLYGUARD_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define REPLYGUARD_ACQUIRE(...) REPLYGUARD_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define REPLYGUARD_RELEASE(...) REPLYGUARD_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define REPLYGUARD_NO_THREAD_SAFETY_ANALYSIS REPLYGUARD_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace replyguard {

// A mutex the compiler can reason about. Hold it through MutexLock.
class REPLYGUARD_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() REPLYGUARD_ACQUIRE() { mutex_.lock(); }
  void Unlock() REPLYGUARD_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class REPLYGUARD_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) REPLYGUARD_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() REPLYGUARD_RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for Mutex. Wakes up spuriously: call Wait in a loop that tests the
// condition.
class CondVar {
 public:
  void Wait(Mutex& mutex) REPLYGUARD_REQUIRES(mutex) REPLYGUARD_NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    cond_.wait(lock);
    lock.release();
  }

  // False when until passed.
  bool WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point until)
      REPLYGUARD_REQUIRES(mutex) REPLYGUARD_NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = cond_.wait_until(lock, until) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }

  void NotifyOne() { cond_.notify_one(); }
  void NotifyAll() { cond_.notify_all(); }

 private:
  std::condition_variable cond_;
};

}  // namespace replyguard
