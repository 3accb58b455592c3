// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tells ThreadSanitizer what gRPC's lock-free queues order, as abseil_locks.cpp does of its locks:
// what was done before something was put in is seen by who takes it out.
#include <sanitizer/tsan_interface.h>

#include "support/hidden_function.h"

// grpc_core::MultiProducerSingleConsumerQueue::Push(Node*) and PopAndCheckEnd(bool*), which no
// public header declares.
#define REPLYGUARD_PUSH "_ZN9grpc_core32MultiProducerSingleConsumerQueue4PushEPNS0_4NodeE"
#define REPLYGUARD_POP "_ZN9grpc_core32MultiProducerSingleConsumerQueue14PopAndCheckEndEPb"

extern "C" {
bool ReplyguardPush(void* queue, void* node) __asm__(REPLYGUARD_PUSH);
void* ReplyguardPop(void* queue, bool* at_end) __asm__(REPLYGUARD_POP);
}

namespace {

replyguard::tests::HiddenFunction<bool, void*, void*> push(REPLYGUARD_PUSH);
replyguard::tests::HiddenFunction<void*, void*, bool*> pop(REPLYGUARD_POP);

}  // namespace

bool ReplyguardPush(void* queue, void* node) {
  __tsan_release(queue);
  return push(queue, node);
}

void* ReplyguardPop(void* queue, bool* at_end) {
  void* const node = pop(queue, at_end);
  __tsan_acquire(queue);
  return node;
}
