// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Remark42's backup: a line about the site, then one comment a line.
#include <utility>

#include "import/line_source.h"
#include "import/sources.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

class Remark42Source : public JsonLineSource {
 public:
  using JsonLineSource::JsonLineSource;

 private:
  std::optional<Row> RowOf(const Json& object) override {
    if (line_number() == 1 && object.contains("version")) return std::nullopt;
    const auto user = object.find("user");
    const auto locator = object.find("locator");
    if (!object.contains("id") || !object.contains("text") || user == object.end() ||
        !user->is_object()) {
      return Malformed("is no comment of Remark42: it has no id, text or user");
    }
    Row row;
    row.line = line_number();
    row.id = TextOf(object, "id");
    const auto deleted = object.find("delete");
    if (deleted != object.end() && *deleted == true) row.skip = skip::kDeleted;
    row.label = storage::LabelClass::kHam;
    // What was typed, rather than what was made of it.
    row.submission.body = TextOf(object, "orig");
    if (row.submission.body.empty()) row.submission.body = TextOf(object, "text");
    row.submission.author_name = TextOf(*user, "name");
    row.submission.submit_time = TimeOf(TextOf(object, "time"));
    if (locator != object.end() && locator->is_object()) {
      row.submission.thread_uri = TextOf(*locator, "url");
    }
    return row;
  }
};

}  // namespace

std::unique_ptr<Source> MakeRemark42Source(ArchiveStream& archive) {
  return std::make_unique<Remark42Source>(archive);
}

}  // namespace replyguard::service::importing
