// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "import/json_cursor.h"
#include "service/import/line_reader.h"
#include "service/import/source.h"

namespace replyguard::service::importing {

// Rows of lines, each for itself: one that is wrong is a row to skip, and the next may be good.
class LineSource : public Source {
 public:
  explicit LineSource(ArchiveStream& archive) : reader_(archive.stream()) {}
  absl::StatusOr<std::optional<Row>> Next() final;

 protected:
  std::int64_t line_number() const { return reader_.line_number(); }
  Row Malformed(std::string_view fault) const;
  // Nothing for a line that is no row, and for which nobody looks.
  virtual std::optional<Row> RowOf(std::string line) = 0;

 private:
  LineReader reader_;
};

// Lines that are JSON objects.
class JsonLineSource : public LineSource {
 public:
  using LineSource::LineSource;

 protected:
  std::optional<Row> RowOf(std::string line) final;
  virtual std::optional<Row> RowOf(const Json& object) = 0;
};

}  // namespace replyguard::service::importing
