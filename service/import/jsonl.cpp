// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Our own form, as JSON lines.
#include <utility>

#include "import/fields.h"
#include "import/line_source.h"
#include "import/sources.h"

namespace replyguard::service::importing {
namespace {

class JsonLinesSource : public JsonLineSource {
 public:
  using JsonLineSource::JsonLineSource;

 private:
  std::optional<Row> RowOf(const Json& object) override {
    RowBuilder builder;
    for (const auto& [name, value] : object.items()) {
      std::string text = TextOf(value);
      builder.Set(name, text);
      storage::WipeString(text);
    }
    return std::move(builder).Build(line_number());
  }
};

}  // namespace

std::unique_ptr<Source> MakeJsonLinesSource(ArchiveStream& archive) {
  return std::make_unique<JsonLinesSource>(archive);
}

}  // namespace replyguard::service::importing
