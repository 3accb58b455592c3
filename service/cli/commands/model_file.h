// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "service/cli/frame/context.h"

// What evaluate and train have in common.
namespace replyguard::service::cli {

// Replaces the file as a whole: a reader sees the old contents or the new. An error names the path.
absl::Status WriteFile(const std::string& path, std::string_view contents);

// The model of a file that WriteFile wrote from Fold::Serialize() (empty path: an empty model),
// taught files of labelled JSON lines in their order, with progress on context.err. An error names
// the path and what is wrong.
absl::StatusOr<classifier::Fold> BuildModel(Context& context, const std::string& model_path,
                                            const std::vector<std::string>& training);

}  // namespace replyguard::service::cli
