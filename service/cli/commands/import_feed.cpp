// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/import_feed.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace replyguard::service::cli {
namespace {

using google::protobuf::util::TimeUtil;

v1::Submission MessageOf(storage::Submission submission) {
  v1::Submission message;
  message.set_body(std::move(submission.body));
  message.set_author_name(std::move(submission.author_name));
  message.set_author_email(std::string(submission.author_email.Reveal()));
  message.set_author_url(std::move(submission.author_url));
  message.set_author_ip(std::string(submission.author_ip.Reveal()));
  message.set_user_agent(std::move(submission.user_agent));
  message.set_language(std::move(submission.language));
  if (!submission.honeypot.empty()) message.mutable_form()->set_honeypot("filled");
  if (submission.form_fill_time) {
    *message.mutable_form()->mutable_fill_time() =
        TimeUtil::MillisecondsToDuration(submission.form_fill_time->count());
  }
  // Only together do they tell anything: how old the article was.
  if (submission.submit_time && submission.thread_publish_time) {
    *message.mutable_submit_time() =
        TimeUtil::MicrosecondsToTimestamp(submission.submit_time->time_since_epoch().count());
    *message.mutable_thread_publish_time() = TimeUtil::MicrosecondsToTimestamp(
        submission.thread_publish_time->time_since_epoch().count());
  }
  return message;
}

}  // namespace

ImportFeed::ImportFeed(importing::Importer& importer, importing::ArchiveStream& archive,
                       OutputFile* output, std::int64_t taught, std::function<void()> known,
                       OnTaught on_taught)
    : importer_(importer),
      archive_(archive),
      output_(output),
      taught_(taught),
      known_(std::move(known)),
      on_taught_(std::move(on_taught)) {}

bool ImportFeed::Read() {
  auto imported = importer_.Next();
  if (!imported.ok()) status_ = imported.status();
  ended_ = imported.ok() && !*imported;
  if (!imported.ok() || !*imported) return false;
  current_ = **std::move(imported);
  if (output_ != nullptr && written_.ok()) written_ = output_->Write(current_.json_line + "\n");
  return true;
}

bool ImportFeed::Next(v1::LabelledExample& example) {
  while (Read()) {
    if (current_.label == storage::LabelClass::kNone) continue;
    if (labelled_++ < taught_) {
      if (known_) known_();
      continue;
    }
    *example.mutable_submission() = MessageOf(std::move(current_.submission));
    example.set_label(current_.label == storage::LabelClass::kSpam ? v1::LABEL_SPAM
                                                                   : v1::LABEL_HAM);
    example.set_external_id(current_.external_id);
    return true;
  }
  return false;
}

std::string ImportFeed::ProgressLine() const {
  const importing::ImportReport& report = importer_.report();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const double rate = seconds > 0 ? static_cast<double>(report.rows) / seconds : 0;
  return absl::StrCat(report.rows, " rows (", static_cast<std::int64_t>(rate), " a second), ",
                      report.taken, " taken: ", report.spam, " spam, ", report.ham, " ham, ",
                      report.unlabelled, " unlabelled");
}

void ImportFeed::Taught(std::int64_t count) {
  if (on_taught_) on_taught_(taught_ + count);
}

}  // namespace replyguard::service::cli
