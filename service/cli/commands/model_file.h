// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "classifier/starter.h"
#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

// What evaluate and train have in common.
namespace replyguard::service::cli {

// What a model begins with.
struct Beginning {
  std::shared_ptr<const classifier::Starter> starter;  // null: none
  std::string model;                                   // a file; empty: nothing learnt yet
};

// --starter, of which published figures have none.
void AddStarterFlag(CLI::App* command, std::string* starter);

// `beginning`'s model, as WriteFile wrote it from Fold::Serialize(), taught files of labelled JSON
// lines in their order, with progress on context.err. An error names the path and what is wrong.
absl::StatusOr<classifier::Fold> BuildModel(Context& context, const Beginning& beginning,
                                            const std::vector<std::string>& training);

// A chapter of a starter model: labelled JSON lines of one kind of text.
struct ChapterFiles {
  double trust = 1;  // above 0 and at most 1
  std::vector<std::string> files;
};

// "TRUST=FILE[,FILE...]". INVALID_ARGUMENT.
absl::StatusOr<ChapterFiles> ParseChapter(const std::string& text);

// A fold whose site i + 1 has learnt the files of chapter i, and nothing else.
absl::StatusOr<classifier::Fold> LearnChapters(Context& context,
                                               const std::vector<ChapterFiles>& chapters);

}  // namespace replyguard::service::cli
