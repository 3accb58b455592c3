// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tables: our own form, and WordPress's wp_comments.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "import/csv_reader.h"
#include "import/fields.h"
#include "import/sources.h"
#include "import/wordpress.h"
#include "service/import/csv_escape.h"

namespace replyguard::service::importing {
namespace {

using Values = std::vector<std::string>;

std::string ColumnName(const std::string& text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
}

// What databases write for nothing.
bool IsNull(const std::string& value) { return value == "NULL" || value == "\\N"; }

class TableSource : public Source {
 public:
  explicit TableSource(ArchiveStream& archive)
      : reader_(archive.buffer(), CsvSeparatorOf(archive.Ahead())) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    Values values;
    auto more = reader_.Next(values);
    if (more.ok() && *more && columns_.empty()) {
      if (absl::Status status = TakeNames(values); !status.ok()) return status;
      if (holds_names_) more = reader_.Next(values);
    }
    if (!more.ok()) return more.status();
    if (!*more) return std::optional<Row>();
    if (values.size() != columns_.size()) return std::optional<Row>(Misfit(values.size()));
    for (std::string& value : values) {
      // Our own export writes nothing for nothing, so that such a text is one.
      if (escaped_) {
        value = UnescapeFormulae(value);
      } else if (IsNull(value)) {
        value.clear();
      }
    }
    Row row = RowOf(values);
    for (std::string& value : values) storage::WipeString(value);
    return std::optional<Row>(std::move(row));
  }

 protected:
  const Values& columns() const { return columns_; }
  std::int64_t line() const { return reader_.line(); }

  virtual Row RowOf(Values& values) = 0;
  // Whether a first row with these values (in lower case) holds names that will do.
  virtual bool AreNames(const Values& names) const = 0;
  // The names of a table whose first row holds none; empty: it must hold them.
  virtual Values NamesWithout(const Values& first) const = 0;
  virtual std::string_view Wanted() const = 0;
  // Whether the column of this name (in lower case) matters.
  virtual bool IsRead(const std::string& name) const = 0;

 private:
  absl::Status TakeNames(const Values& first) {
    Values names;
    names.reserve(first.size());
    for (const std::string& value : first) names.push_back(ColumnName(value));
    holds_names_ = AreNames(names);
    columns_ = holds_names_ ? std::move(names) : NamesWithout(first);
    escaped_ = std::find(columns_.begin(), columns_.end(), kEscapedColumn) != columns_.end();
    if (columns_.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("row 1: ", std::string(Wanted())));
    }
    // Which of two is meant nobody knows, and a wrong label teaches.
    std::set<std::string_view> seen;
    for (const std::string& name : columns_) {
      if (IsRead(name) && !seen.insert(name).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("row 1: it names the column ", name, " twice"));
      }
    }
    return absl::OkStatus();
  }

  Row Misfit(std::size_t count) const {
    Row row;
    row.line = reader_.line();
    row.skip = skip::kMalformed;
    row.fault = absl::StrCat("has ", count, " columns instead of ", columns_.size());
    return row;
  }

  CsvReader reader_;
  Values columns_;  // their names
  bool holds_names_ = true;
  bool escaped_ = false;  // by our own export
};

class CsvSource : public TableSource {
 public:
  using TableSource::TableSource;
  const std::set<std::string>& unread() const override {
    for (const std::string& name : columns()) {
      if (!IsField(name) && name != kEscapedColumn) NoteUnread(name, unread_);
    }
    return unread_;
  }

 private:
  Row RowOf(Values& values) override {
    RowBuilder builder;
    for (std::size_t i = 0; i < values.size(); ++i) builder.Set(columns()[i], values[i]);
    return std::move(builder).Build(line());
  }

  bool AreNames(const Values& names) const override {
    for (const std::string& name : names) {
      if (IsTextField(name)) return true;
    }
    return false;
  }
  Values NamesWithout(const Values& /*first*/) const override { return {}; }
  std::string_view Wanted() const override {
    return "it must name the columns, with text, content or body among them";
  }
  bool IsRead(const std::string& name) const override { return IsField(name); }

  mutable std::set<std::string> unread_;
};

constexpr std::array<const char*, 15> kTableColumns = {
    "comment_id",         "comment_post_id",   "comment_author",   "comment_author_email",
    "comment_author_url", "comment_author_ip", "comment_date",     "comment_date_gmt",
    "comment_content",    "comment_karma",     "comment_approved", "comment_agent",
    "comment_type",       "comment_parent",    "user_id"};

class WpCommentsSource : public TableSource {
 public:
  using TableSource::TableSource;

 private:
  Row RowOf(Values& values) override {
    WordpressComment comment;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::string* field = FieldOf(comment, columns()[i])) *field = std::move(values[i]);
    }
    return importing::RowOf(std::move(comment), line());
  }

  bool AreNames(const Values& names) const override {
    bool content = false;
    bool approved = false;
    for (const std::string& name : names) {
      content = content || name == "comment_content";
      approved = approved || name == "comment_approved";
    }
    return content && approved;
  }
  // Exported without names, the table begins with a number and has all of its columns.
  Values NamesWithout(const Values& first) const override {
    const bool is_table = first.size() == kTableColumns.size() && !first[0].empty() &&
                          first[0].find_first_not_of("0123456789") == std::string::npos;
    return is_table ? Values(kTableColumns.begin(), kTableColumns.end()) : Values();
  }
  std::string_view Wanted() const override {
    return "it must name the columns, with comment_content and comment_approved among them";
  }
  bool IsRead(const std::string& name) const override {
    WordpressComment comment;
    return FieldOf(comment, name) != nullptr;
  }
};

}  // namespace

std::unique_ptr<Source> MakeWpCommentsCsvSource(ArchiveStream& archive) {
  return std::make_unique<WpCommentsSource>(archive);
}

std::unique_ptr<Source> MakeCsvSource(ArchiveStream& archive) {
  return std::make_unique<CsvSource>(archive);
}

}  // namespace replyguard::service::importing
