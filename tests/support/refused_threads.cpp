// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "support/refused_threads.h"

#include <pthread.h>

#include <atomic>
#include <cerrno>

#include "support/hidden_function.h"

namespace {

constexpr int kAll = -1;
std::atomic<int> left{kAll};

replyguard::tests::HiddenFunction<int, pthread_t*, const pthread_attr_t*, void* (*)(void*), void*>
    create("pthread_create");

bool Take() {
  int now = left.load();
  while (now > 0 && !left.compare_exchange_weak(now, now - 1)) {
  }
  return now != 0;
}

}  // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) noexcept {
  return Take() ? create(thread, attributes, run, argument) : EAGAIN;
}

namespace replyguard::tests {

RefusedThreads::RefusedThreads(int given) { left = given; }
RefusedThreads::~RefusedThreads() { left = kAll; }

}  // namespace replyguard::tests
