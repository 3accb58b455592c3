// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tells ThreadSanitizer what Abseil's locks order: under them gRPC passes everything from thread to
// thread, and the packaged library is not instrumented. Part of every program of preset tsan, where
// these definitions come before those of the shared library, which they call.
#include <sanitizer/tsan_interface.h>

#include <string>

#include "absl/synchronization/mutex.h"
#include "support/hidden_function.h"

namespace {

#define REPLYGUARD_TEXT_OF(x) #x
#define REPLYGUARD_TEXT(x) REPLYGUARD_TEXT_OF(x)

// Of a member of the namespace that holds this version of the library.
std::string Mangled(const char* rest) {
  const std::string version = REPLYGUARD_TEXT(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  return "_ZN4absl" + std::to_string(version.size()) + version + rest;
}

using absl::CondVar;
using absl::Mutex;
using replyguard::tests::HiddenFunction;

HiddenFunction<void, Mutex*> lock("5Mutex4LockEv", Mangled);
HiddenFunction<void, Mutex*> unlock("5Mutex6UnlockEv", Mangled);
HiddenFunction<bool, Mutex*> try_lock("5Mutex7TryLockEv", Mangled);
HiddenFunction<void, Mutex*> reader_lock("5Mutex10ReaderLockEv", Mangled);
HiddenFunction<void, Mutex*> reader_unlock("5Mutex12ReaderUnlockEv", Mangled);
HiddenFunction<void, CondVar*, Mutex*> wait("7CondVar4WaitEPNS0_5MutexE", Mangled);
HiddenFunction<bool, CondVar*, Mutex*, absl::Duration> wait_with_timeout(
    "7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE", Mangled);
HiddenFunction<bool, CondVar*, Mutex*, absl::Time> wait_with_deadline(
    "7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", Mangled);

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
