// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "import/xml_reader.h"
#include "service/import/source.h"

namespace replyguard::service::importing {

// Rows of an XML document: a format says what its elements mean. Holds the rows of one piece.
class XmlSource : public Source, protected XmlHandler {
 public:
  explicit XmlSource(ArchiveStream& archive) : reader_(archive.buffer(), *this) {}

  absl::StatusOr<std::optional<Row>> Next() final {
    while (rows_.empty() && more_) {
      const absl::StatusOr<bool> more = reader_.Pump();
      more_ = more.ok() && *more;
      if (!more.ok()) error_ = more.status();
    }
    if (rows_.empty()) {
      if (!error_.ok()) return error_;
      return std::optional<Row>();
    }
    std::optional<Row> row(std::move(rows_.front()));
    rows_.pop_front();
    return row;
  }

 protected:
  void Emit(Row row) { rows_.push_back(std::move(row)); }
  std::int64_t line() const { return reader_.line(); }

  // The text of the element that begins at `depth`, with that of those inside it, goes to `field`
  // until it ends, without the blanks around it: some lay their XML out.
  void Capture(std::string& field, std::size_t depth) {
    field.clear();
    field_ = &field;
    field_depth_ = depth;
  }
  void Text(std::string_view piece) final;
  void End(std::size_t depth) final;
  // An element ended; its field is whole.
  virtual void Ended(std::size_t depth) = 0;

 private:
  XmlReader reader_;
  std::deque<Row> rows_;
  absl::Status error_;
  bool more_ = true;
  std::string* field_ = nullptr;
  std::size_t field_depth_ = 0;
};

}  // namespace replyguard::service::importing
