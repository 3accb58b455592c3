// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/submission.h"

#include <optional>
#include <utility>

#include "service/rpc/convert/basic.h"
#include "service/rpc/names/resource_names.h"

namespace replyguard::service::rpc {
namespace {

// Stands in for a thread or parent whose name was refused already, so that it is not refused twice.
constexpr std::string_view kPlaceholderThread = "x";

class Reader {
 public:
  Reader(v1::Submission& in, std::string_view path) : in_(in), path_(path) {}

  ReadSubmission Read(bool needs_thread) {
    storage::Submission& out = read_.submission;
    if (needs_thread) ReadThread();
    out.author_name = std::move(*in_.mutable_author_name());
    out.author_email = TakeSecret(*in_.mutable_author_email());
    out.author_url = std::move(*in_.mutable_author_url());
    out.body = std::move(*in_.mutable_body());
    out.author_ip = TakeSecret(*in_.mutable_author_ip());
    out.user_agent = std::move(*in_.mutable_user_agent());
    out.referrer = std::move(*in_.mutable_referrer());
    out.language = std::move(*in_.mutable_language());
    out.author_verified = in_.author_verified();
    if (in_.has_form()) ReadForm();
    if (in_.has_submit_time()) out.submit_time = Time(in_.submit_time(), "submit_time");
    out.thread_uri = std::move(*in_.mutable_thread_uri());
    out.thread_title = std::move(*in_.mutable_thread_title());
    if (in_.has_thread_publish_time()) {
      out.thread_publish_time = Time(in_.thread_publish_time(), "thread_publish_time");
    }
    return std::move(read_);
  }

 private:
  static storage::SecretText TakeSecret(std::string& text) {
    storage::SecretText secret(text);
    storage::WipeString(text);
    return secret;
  }

  void Refuse(std::string_view field, std::string_view reason, std::string_view description) {
    read_.violations.Add(path_ + std::string(field), reason, description);
  }

  void ReadThread() {
    std::optional<NestedName> thread = ParseNested(in_.thread(), "threads");
    if (thread) {
      read_.site = std::move(thread->site);
      read_.submission.thread_key = std::move(thread->rest);
    } else {
      read_.submission.thread_key = kPlaceholderThread;
      if (in_.thread().empty()) {
        Refuse("thread", "REQUIRED", "Must be given: \"sites/{site}/threads/{thread}\".");
      } else {
        Refuse("thread", "NAME_INVALID", "Must be \"sites/{site}/threads/{thread}\".");
      }
    }
    if (in_.parent_comment().empty()) return;
    const std::optional<UuidName> parent = ParseUuidName(in_.parent_comment(), "comments");
    if (parent && (read_.site.empty() || parent->site == read_.site)) {
      read_.submission.parent_comment = parent->id.ToHex();
    } else {
      Refuse("parent_comment", "NAME_INVALID",
             "Must be \"sites/{site}/comments/{comment}\" of the thread's site.");
    }
  }

  void ReadForm() {
    read_.submission.honeypot = std::move(*in_.mutable_form()->mutable_honeypot());
    if (!in_.form().has_fill_time()) return;
    read_.submission.form_fill_time = FromProto(in_.form().fill_time());
    if (!read_.submission.form_fill_time) {
      Refuse("form.fill_time", "OUT_OF_RANGE", "Must be a valid duration.");
    }
  }

  std::optional<storage::Timestamp> Time(const google::protobuf::Timestamp& time,
                                         std::string_view field) {
    std::optional<storage::Timestamp> out = FromProto(time);
    if (!out) Refuse(field, "OUT_OF_RANGE", "Must be a valid time.");
    return out;
  }

  v1::Submission& in_;
  const std::string path_;
  ReadSubmission read_;
};

}  // namespace

ReadSubmission TakeSubmission(v1::Submission& in, std::string_view path, bool needs_thread) {
  return Reader(in, path).Read(needs_thread);
}

}  // namespace replyguard::service::rpc
