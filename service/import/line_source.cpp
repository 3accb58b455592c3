// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/line_source.h"

#include <utility>

#include "service/import/mended_json.h"

namespace replyguard::service::importing {

absl::StatusOr<std::optional<Row>> LineSource::Next() {
  std::string line;
  while (true) {
    const LineReader::Got got = reader_.Next(line);
    if (got == LineReader::Got::kEnd) return std::optional<Row>();
    if (got == LineReader::Got::kTooLong) {
      Row row = Malformed(kLineTooLong);
      row.skip = skip::kTooLong;
      return std::optional<Row>(std::move(row));
    }
    if (auto row = RowOf(std::move(line))) return row;
  }
}

Row LineSource::Malformed(std::string_view fault) const {
  Row row;
  row.line = reader_.line_number();
  row.skip = skip::kMalformed;
  row.fault.assign(fault);
  return row;
}

std::optional<Row> JsonLineSource::RowOf(std::string line) {
  const Json object = ParseMended(line);
  storage::WipeString(line);
  if (!object.is_object()) return Malformed("is not a JSON object");
  return RowOf(object);
}

}  // namespace replyguard::service::importing
