// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "service/cli/commands/teach.h"
#include "service/cli/output/output_file.h"
#include "service/import/archive_stream.h"
#include "service/import/importer.h"

namespace replyguard::service::cli {

// The comments of an archive, as examples for a server and as lines for a file. One thread.
class ImportFeed : public ExampleFeed {
 public:
  // Told how many labelled comments from the archive's beginning on are taught.
  using OnTaught = std::function<void(std::int64_t count)>;

  // All outlive the feed; `output` is null when no lines are wanted. The first `taught` labelled
  // comments are not given again; known() hears of each. Both functions may be empty.
  ImportFeed(importing::Importer& importer, importing::ArchiveStream& archive, OutputFile* output,
             std::int64_t taught = 0, std::function<void()> known = {}, OnTaught on_taught = {});

  // Takes the next comment, whatever its label, and writes its line; false at the end.
  bool Read();
  // The next comment with a label: there is nothing to learn from the others.
  bool Next(v1::LabelledExample& example) override;

  std::int64_t line() const override { return current_.line; }
  std::int64_t bytes_read() const override { return archive_.bytes_read(); }
  std::string ProgressLine() const override;
  void Taught(std::int64_t count) override;
  // Why the archive could not be read to its end.
  const absl::Status& status() const { return status_; }
  // Whether it was.
  bool ended() const { return ended_; }
  // Why a line could not be written; the others then are not, either.
  const absl::Status& written() const { return written_; }

 private:
  importing::Importer& importer_;
  importing::ArchiveStream& archive_;
  OutputFile* const output_;
  const std::int64_t taught_;
  const std::function<void()> known_;
  const OnTaught on_taught_;
  std::int64_t labelled_ = 0;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  importing::Imported current_;
  absl::Status status_;
  absl::Status written_;
  bool ended_ = false;
};

}  // namespace replyguard::service::cli
