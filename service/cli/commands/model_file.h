// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "service/cli/frame/context.h"

// What evaluate and train have in common.
namespace replyguard::service::cli {

// Replaces the file as a whole: a reader sees the old contents or the new. An error names the path.
absl::Status WriteFile(const std::string& path, std::string_view contents);

// A file that WriteFile wrote from Fold::Serialize(). An error names the path and what is wrong.
absl::StatusOr<classifier::Fold> ReadModelFile(const std::string& path);

// Learns a file of labelled JSON lines, with progress on context.err.
absl::Status TrainFrom(Context& context, const std::string& path, classifier::Fold* fold);

}  // namespace replyguard::service::cli
