// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Isso: an array of threads, each with its comments; or an array of comments, as sqlite3 -json
// prints its table.
#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "import/json_cursor.h"
#include "import/sources.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

// Modes of its table: 1 accepted, 2 pending, 4 deleted but referred to. Generic JSON has none: what
// it holds was shown.
Row CommentOf(const Json& comment, std::int64_t line) {
  Row row;
  row.line = line;
  row.id = TextOf(comment, "id");
  const std::string mode = TextOf(comment, "mode");
  if (mode == "4") row.skip = skip::kDeleted;
  if (mode.empty() || mode == "1") row.label = storage::LabelClass::kHam;
  storage::Submission& submission = row.submission;
  submission.body = TextOf(comment, "text");
  submission.author_name = TextOf(comment, "author");
  submission.author_url = TextOf(comment, "website");
  for (const auto& [name, field] : {std::pair{"email", &submission.author_email},
                                    std::pair{"remote_addr", &submission.author_ip}}) {
    std::string text = TextOf(comment, name);
    *field = storage::SecretText(text);
    storage::WipeString(text);
  }
  const auto created = comment.find("created");
  if (created != comment.end() && created->is_number()) {
    constexpr double kSecondsMax = 1e11;
    const auto seconds = created->get<double>();
    if (seconds > 0 && seconds < kSecondsMax) {
      submission.submit_time = std::chrono::sys_time<std::chrono::microseconds>(
          std::chrono::seconds(static_cast<std::int64_t>(seconds)));
    }
  } else {
    submission.submit_time = TimeOf(TextOf(comment, "created"));
  }
  return row;
}

class IssoSource : public Source {
 public:
  explicit IssoSource(ArchiveStream& archive) : cursor_(archive.buffer()) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    while (place_ != Place::kEnd) {
      absl::StatusOr<std::optional<Row>> row = Step();
      if (!row.ok()) place_ = Place::kEnd;
      if (!row.ok() || *row) return row;
    }
    return std::optional<Row>();
  }

 private:
  enum class Place { kBegin, kThreads, kThread, kComments, kEnd };
  using Stepped = absl::StatusOr<std::optional<Row>>;

  Stepped Step() {
    switch (place_) {
      case Place::kBegin:
        return Enter('[', Place::kThreads);
      case Place::kThreads:
        return StepThreads();
      case Place::kThread:
        return StepThread();
      case Place::kComments:
        return StepComments();
      case Place::kEnd:
        break;
    }
    return std::optional<Row>();
  }

  Stepped Enter(char opening, Place place) {
    const auto next = cursor_.Next();
    if (!next.ok()) return next.status();
    if (*next != opening) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", cursor_.line(), ": no comments of Isso: an array of objects is expected"));
    }
    if (absl::Status status = cursor_.Enter(); !status.ok()) return status;
    place_ = place;
    return std::optional<Row>();
  }

  Stepped StepThreads() {
    const auto more = cursor_.NextElement();
    if (!more.ok()) return more.status();
    if (!*more) {
      if (absl::Status status = cursor_.Finish(); !status.ok()) return status;
      place_ = Place::kEnd;
      return std::optional<Row>();
    }
    own_ = Json::object();
    own_line_ = cursor_.line();
    return Enter('{', Place::kThread);
  }

  // The members of a thread, or of a comment that stands for itself.
  Stepped StepThread() {
    const auto name = cursor_.NextMember();
    if (!name.ok()) return name.status();
    if (!*name) {
      place_ = Place::kThreads;
      if (!own_.contains("text")) return std::optional<Row>();
      return std::optional<Row>(CommentOf(own_, own_line_));
    }
    const auto next = cursor_.Next();
    if (!next.ok()) return next.status();
    if (**name == "comments" && *next == '[') return Enter('[', Place::kComments);
    auto value = cursor_.Value();
    if (!value.ok()) return value.status();
    // What a comment is made of; the rest of a thread is not kept.
    if (value->is_primitive()) own_[**name] = *std::move(value);
    if (own_.size() > kColumnsMax) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", cursor_.line(), ": an object has more than ", kColumnsMax, " members"));
    }
    return std::optional<Row>();
  }

  Stepped StepComments() {
    const auto more = cursor_.NextElement();
    if (!more.ok()) return more.status();
    if (!*more) {
      place_ = Place::kThread;
      return std::optional<Row>();
    }
    const std::int64_t line = cursor_.line();
    const auto comment = cursor_.Value();
    if (!comment.ok()) return comment.status();
    if (comment->is_object()) return std::optional<Row>(CommentOf(*comment, line));
    Row row;
    row.line = line;
    row.skip = skip::kMalformed;
    row.fault = "is not a JSON object";
    return std::optional<Row>(std::move(row));
  }

  JsonCursor cursor_;
  Place place_ = Place::kBegin;
  Json own_;  // the values of the object that is being read
  std::int64_t own_line_ = 0;
};

}  // namespace

std::unique_ptr<Source> MakeIssoSource(ArchiveStream& archive) {
  return std::make_unique<IssoSource>(archive);
}

}  // namespace replyguard::service::importing
