// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Operations as commands follow and show them.
#pragma once

#include <string>

#include "replyguard/v1/operation.pb.h"
#include "service/cli/client/connection.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

enum class Follow {
  kNameOnly,   // print its name and leave it
  kResult,     // wait, then print what came of it (as JSON: the response alone)
  kOperation,  // the same, as JSON with the operation around it
};

// Shows progress on a terminal until the operation has ended, then prints what came of it, or
// reports its error. A server that goes away meanwhile is waited for, for a minute. On SIGINT the
// operation goes on: says so, and ends the process by the signal.
ExitCode FollowOperation(Context& context, const Connection& connection, v1::Operation operation,
                         Follow follow);

// Its metadata; empty when it has none.
v1::OperationMetadata MetadataOf(const v1::Operation& operation);

// For people, all that is known of it.
void PrintOperation(Context& context, const v1::Operation& operation);

// "retrain" of KIND_RETRAIN and the like.
std::string KindText(v1::OperationMetadata::Kind kind);
std::string StateText(v1::OperationMetadata::State state);

}  // namespace replyguard::service::cli
