// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Our own form, as JSON lines.
#include <set>
#include <string>
#include <utility>

#include "import/fields.h"
#include "import/line_source.h"
#include "import/sources.h"

namespace replyguard::service::importing {
namespace {

class JsonLinesSource : public JsonLineSource {
 public:
  using JsonLineSource::JsonLineSource;
  const std::set<std::string>& unread() const override { return unread_; }

 private:
  std::optional<Row> RowOf(const Json& object) override {
    RowBuilder builder;
    for (const auto& [name, value] : object.items()) {
      if (!IsField(name)) NoteUnread(name, unread_);
      std::string text = TextOf(value);
      builder.Set(name, text);
      storage::WipeString(text);
    }
    return std::move(builder).Build(line_number());
  }

  std::set<std::string> unread_;
};

}  // namespace

std::unique_ptr<Source> MakeJsonLinesSource(ArchiveStream& archive) {
  return std::make_unique<JsonLinesSource>(archive);
}

}  // namespace replyguard::service::importing
