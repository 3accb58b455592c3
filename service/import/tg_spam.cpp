// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// tg-spam: files of samples, one message a line; or the JSON of GET /samples.
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "import/json_cursor.h"
#include "import/line_source.h"
#include "import/sources.h"

namespace replyguard::service::importing {
namespace {

Row MessageOf(std::string text, storage::LabelClass label, std::int64_t line) {
  Row row;
  row.line = line;
  row.label = label;
  row.submission.body = std::move(text);
  return row;
}

class TextSource : public LineSource {
 public:
  TextSource(ArchiveStream& archive, storage::LabelClass label)
      : LineSource(archive), label_(label) {}

 private:
  std::optional<Row> RowOf(std::string line) override {
    return MessageOf(std::move(line), label_, line_number());
  }

  const storage::LabelClass label_;
};

class JsonSource : public Source {
 public:
  explicit JsonSource(ArchiveStream& archive) : cursor_(archive.buffer()) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    while (!ended_) {
      absl::StatusOr<std::optional<Row>> row = within_ ? StepMessages() : StepClasses();
      if (!row.ok()) ended_ = true;
      if (!row.ok() || *row) return row;
    }
    return std::optional<Row>();
  }

 private:
  using Stepped = absl::StatusOr<std::optional<Row>>;

  Stepped StepClasses() {
    if (!begun_) {
      begun_ = true;
      const auto next = cursor_.Next();
      if (!next.ok()) return next.status();
      if (*next != '{') return Refusal();
      if (absl::Status status = cursor_.Enter(); !status.ok()) return status;
    }
    const auto name = cursor_.NextMember();
    if (!name.ok()) return name.status();
    if (!*name) {
      if (absl::Status status = cursor_.Finish(); !status.ok()) return status;
      ended_ = true;
      return std::optional<Row>();
    }
    const auto next = cursor_.Next();
    if (!next.ok()) return next.status();
    const bool spam = **name == "spam";
    if (*next != '[' || (!spam && **name != "ham")) {
      const auto value = cursor_.Value();  // of no interest
      if (!value.ok()) return value.status();
      return std::optional<Row>();
    }
    if (absl::Status status = cursor_.Enter(); !status.ok()) return status;
    label_ = spam ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
    within_ = true;
    return std::optional<Row>();
  }

  Stepped StepMessages() {
    const auto more = cursor_.NextElement();
    if (!more.ok()) return more.status();
    within_ = *more;
    if (!within_) return std::optional<Row>();
    const std::int64_t line = cursor_.line();
    const auto message = cursor_.Value();
    if (!message.ok()) return message.status();
    Row row = MessageOf(TextOf(*message), label_, line);
    if (!message->is_string()) {
      row.skip = skip::kMalformed;
      row.fault = "holds a sample that is no text";
    }
    return std::optional<Row>(std::move(row));
  }

  absl::Status Refusal() const {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", cursor_.line(), ": no samples of tg-spam"));
  }

  JsonCursor cursor_;
  bool begun_ = false;
  bool within_ = false;  // the samples of a class
  bool ended_ = false;
  storage::LabelClass label_ = storage::LabelClass::kNone;
};

}  // namespace

std::unique_ptr<Source> MakeTgSpamTextSource(ArchiveStream& archive, storage::LabelClass label) {
  return std::make_unique<TextSource>(archive, label);
}

std::unique_ptr<Source> MakeTgSpamJsonSource(ArchiveStream& archive) {
  return std::make_unique<JsonSource>(archive);
}

}  // namespace replyguard::service::importing
