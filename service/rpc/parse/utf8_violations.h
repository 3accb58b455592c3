// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which text fields of a message that did not parse hold bytes that are not UTF-8: protobuf itself
// only says no.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string_view>
#include <vector>

#include "service/usecases/errors.h"

namespace replyguard::service::rpc {

// Every such field by its path; empty when the bytes are no message at all, or all text is UTF-8.
// Pure; linear.
validation::Violations Utf8Violations(const google::protobuf::Descriptor& type,
                                      std::string_view bytes);

}  // namespace replyguard::service::rpc
