// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tells ThreadSanitizer what Abseil's locks order: under them gRPC passes everything from thread to
// thread, and the packaged library is not instrumented. Part of every program of preset tsan, where
// these definitions come before those of the shared library, which they call.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/synchronization/mutex.h"

namespace {

#define REPLYGUARD_TEXT_OF(x) #x
#define REPLYGUARD_TEXT(x) REPLYGUARD_TEXT_OF(x)
constexpr std::string_view kVersion = REPLYGUARD_TEXT(ABSL_OPTION_INLINE_NAMESPACE_NAME);

// The definition that one of ours hides, by the end of its mangled name.
template <typename Result, typename... Arguments>
class Hidden {
 public:
  explicit constexpr Hidden(const char* name) : name_(name) {}

  Result operator()(Arguments... arguments) {
    using Function = Result (*)(Arguments...);
    void* function = function_.load(std::memory_order_relaxed);
    if (function == nullptr) {
      std::string name = "_ZN4absl" + std::to_string(kVersion.size());
      name.append(kVersion).append(name_);
      function = dlsym(RTLD_NEXT, name.c_str());
      if (function == nullptr) std::abort();
      function_.store(function, std::memory_order_relaxed);
    }
    return reinterpret_cast<Function>(function)(arguments...);
  }

 private:
  const char* const name_;
  std::atomic<void*> function_{nullptr};
};

Hidden<void, absl::Mutex*> lock("5Mutex4LockEv");
Hidden<void, absl::Mutex*> unlock("5Mutex6UnlockEv");
Hidden<bool, absl::Mutex*> try_lock("5Mutex7TryLockEv");
Hidden<void, absl::Mutex*> reader_lock("5Mutex10ReaderLockEv");
Hidden<void, absl::Mutex*> reader_unlock("5Mutex12ReaderUnlockEv");
Hidden<void, absl::CondVar*, absl::Mutex*> wait("7CondVar4WaitEPNS0_5MutexE");
Hidden<bool, absl::CondVar*, absl::Mutex*, absl::Duration> wait_with_timeout(
    "7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
Hidden<bool, absl::CondVar*, absl::Mutex*, absl::Time> wait_with_deadline(
    "7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  lock(this);
  __tsan_acquire(this);
}

void Mutex::Unlock() {
  __tsan_release(this);
  unlock(this);
}

bool Mutex::TryLock() {
  const bool locked = try_lock(this);
  if (locked) __tsan_acquire(this);
  return locked;
}

void Mutex::ReaderLock() {
  reader_lock(this);
  __tsan_acquire(this);
}

void Mutex::ReaderUnlock() {
  __tsan_release(this);
  reader_unlock(this);
}

void CondVar::Wait(Mutex* mutex) {
  __tsan_release(mutex);
  wait(this, mutex);
  __tsan_acquire(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  __tsan_release(mutex);
  const bool timed_out = wait_with_timeout(this, mutex, timeout);
  __tsan_acquire(mutex);
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  __tsan_release(mutex);
  const bool timed_out = wait_with_deadline(this, mutex, deadline);
  __tsan_acquire(mutex);
  return timed_out;
}

ABSL_NAMESPACE_END
}  // namespace absl
