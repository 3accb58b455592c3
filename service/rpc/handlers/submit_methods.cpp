// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "replyguard/v1/comment_service.pb.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/submission.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/submit/check_comment.h"
#include "service/usecases/submit/submit_comment.h"
#include "service/usecases/submit/update_comment.h"
#include "service/validation/submission.h"

namespace replyguard::service::rpc {
namespace {

// The texts of a request are moved out of it, so that no second copy of an address lives. The table
// hands requests out as const; they live in the call's arena and nobody reads them again.
v1::Submission& Taken(const v1::Submission& submission) {
  return const_cast<v1::Submission&>(submission);
}

// Why a submission whose wire form is wrong is refused: with what validation finds in the rest of
// it, all at once. A caller without rights on the site learns only that.
absl::Status Refused(const UseCases& use_cases, const Principal& principal, ReadSubmission& read) {
  validation::SiteForm form;
  const std::string slug = read.site.empty() ? principal.site.value_or("") : read.site;
  if (!slug.empty()) {
    const auto site = use_cases.directory.Enter(principal, Permission::kComments, slug);
    if (site.ok()) {
      form = (*site)->policy.required_fields;
    } else if (!read.site.empty()) {
      return site.status();
    }
  }
  validation::Violations all = std::move(read.violations);
  all.Add(validation::Validate(read.submission, form, use_cases.clock.Now()));
  return InvalidFields(all);
}

void Answer(std::string_view site, const SubmitComment::Result& result,
            v1::SubmitCommentResponse& response) {
  ToProto(site, result.assessment, result.details, response.mutable_assessment());
  response.set_replayed(result.replayed);
  v1::Comment* comment = response.mutable_comment();
  if (result.replayed) {
    ToProto(site, result.comment, comment);  // its assessment may be a later one
  } else {
    ToProtoWithoutAssessment(site, result.comment, comment);
    *comment->mutable_assessment() = response.assessment();
  }
}

void Submit(const UseCases& use_cases, const CallContext& call,
            const v1::SubmitCommentRequest& request, v1::SubmitCommentResponse& response,
            Completion done) {
  ReadSubmission read = TakeSubmission(Taken(request.submission()), "submission.", true);
  if (!read.violations.empty()) {
    done(Refused(use_cases, *call.principal, read));
    return;
  }
  SubmitComment::Request input;
  input.site = read.site;
  input.submission = std::move(read.submission);
  input.request_id = request.request_id();
  input.deadline = call.deadline;
  use_cases.submit.Run(*call.principal, std::move(input),
                       [&response, site = std::move(read.site),
                        done = std::move(done)](absl::StatusOr<SubmitComment::Result> result) {
                         if (result.ok()) {
                           Answer(site, *result, response);
                         }
                         done(result.status());
                       });
}

void Check(const UseCases& use_cases, const CallContext& call,
           const v1::CheckCommentRequest& request, v1::CheckCommentResponse& response,
           const Completion& done) {
  ReadSubmission read = TakeSubmission(Taken(request.submission()), "submission.", true);
  if (!read.violations.empty()) {
    done(Refused(use_cases, *call.principal, read));
    return;
  }
  CheckComment::Request input;
  input.site = read.site;
  input.submission = std::move(read.submission);
  input.with_history = request.with_history();
  input.may_degrade = true;
  input.deadline = call.deadline;
  absl::StatusOr<CheckComment::Result> result =
      use_cases.check.Run(*call.principal, std::move(input));
  if (result.ok()) {
    ToProto(read.site, result->assessment, result->details, response.mutable_assessment());
    response.set_status(ToProto(result->status));
    response.set_body(std::move(result->body));
    response.set_body_masked(result->body_masked);
  }
  done(result.status());
}

absl::Status Update(const UseCases& use_cases, const CallContext& call,
                    const v1::UpdateCommentRequest& request, v1::UpdateCommentResponse& response) {
  absl::StatusOr<UuidName> name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  std::set<std::string> mask(request.update_mask().paths().begin(),
                             request.update_mask().paths().end());
  if (mask.empty()) mask.insert("body");
  UpdateComment::Request input;
  v1::Submission& submission = Taken(request.submission());
  for (const std::string& path : mask) {
    if (path == "body") {
      input.body = std::move(*submission.mutable_body());
    } else if (path == "author_name") {
      input.author_name = std::move(*submission.mutable_author_name());
    } else if (path == "author_url") {
      input.author_url = std::move(*submission.mutable_author_url());
    } else {
      return InvalidField("update_mask", "VALUE_INVALID",
                          "May name \"body\", \"author_name\" and \"author_url\" only.");
    }
  }
  input.site = name->site;
  input.comment_id = name->id;
  input.etag = request.etag();
  input.deadline = call.deadline;
  const auto comment = use_cases.update.Run(*call.principal, std::move(input));
  if (comment.ok()) ToProto(name->site, *comment, response.mutable_comment());
  return comment.status();
}

}  // namespace

void AddSubmitMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddScoring<v1::SubmitCommentRequest, v1::SubmitCommentResponse>(
      "CommentService.SubmitComment", [](const auto&) { return false; },
      [use_cases](const CallContext& call, const auto& request, auto& response, Completion done) {
        Submit(use_cases, call, request, response, std::move(done));
      });
  table.AddScoring<v1::CheckCommentRequest, v1::CheckCommentResponse>(
      "CommentService.CheckComment", [](const auto& request) { return request.with_history(); },
      [use_cases](const CallContext& call, const auto& request, auto& response, Completion done) {
        Check(use_cases, call, request, response, done);
      });
  table.AddBlocking<v1::UpdateCommentRequest, v1::UpdateCommentResponse>(
      "CommentService.UpdateComment",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Update(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
