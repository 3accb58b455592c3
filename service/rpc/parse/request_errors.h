// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a client hears of a request that is no message of its method. Pure.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string_view>

#include "absl/status/status.h"

namespace replyguard::service::rpc {

absl::Status RequestTooLarge();

// For bytes that did not parse: the fields whose text is no UTF-8 if that is why. INVALID_ARGUMENT.
absl::Status MalformedMessage(const google::protobuf::Descriptor& type, std::string_view bytes);

}  // namespace replyguard::service::rpc
