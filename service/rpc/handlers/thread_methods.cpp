// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <utility>

#include "replyguard/v1/comment_service.pb.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/usecases/submit/threads.h"

namespace replyguard::service::rpc {
namespace {

absl::Status Get(const UseCases& use_cases, const CallContext& call,
                 const v1::GetThreadRequest& request, v1::GetThreadResponse& response) {
  absl::StatusOr<NestedName> name = ThreadIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto thread = use_cases.threads.Get(*call.principal, name->site, name->rest, call.deadline);
  if (thread.ok()) ToProto(name->site, *thread, response.mutable_thread());
  return thread.status();
}

// The fields to change: those named, or every one that is set.
std::set<std::string> MaskOf(const v1::UpdateThreadRequest& request) {
  std::set<std::string> mask(request.update_mask().paths().begin(),
                             request.update_mask().paths().end());
  if (!mask.empty()) return mask;
  const v1::Thread& thread = request.thread();
  if (thread.state() != v1::Thread::STATE_UNSPECIFIED) mask.insert("state");
  if (!thread.uri().empty()) mask.insert("uri");
  if (!thread.title().empty()) mask.insert("title");
  if (thread.has_publish_time()) mask.insert("publish_time");
  return mask;
}

absl::Status ReadField(const std::string& path, const v1::Thread& in, Threads::UpdateRequest& out) {
  if (path == "state") {
    if (!v1::Thread::State_IsValid(in.state())) {
      return InvalidField("thread.state", "VALUE_INVALID", "Must be one of the states.");
    }
    out.state = in.state() == v1::Thread::STATE_CLOSED ? storage::ThreadState::kClosed
                                                       : storage::ThreadState::kOpen;
  } else if (path == "uri") {
    out.uri = in.uri();
  } else if (path == "title") {
    out.title = in.title();
  } else if (path == "publish_time") {
    std::optional<storage::Timestamp> time;
    if (in.has_publish_time()) {
      time = FromProto(in.publish_time());
      if (!time)
        return InvalidField("thread.publish_time", "OUT_OF_RANGE", "Must be a valid time.");
    }
    out.published_at = time;
  } else {
    return InvalidField("update_mask", "VALUE_INVALID",
                        "May name \"state\", \"uri\", \"title\" and \"publish_time\" only.");
  }
  return absl::OkStatus();
}

absl::Status Update(const UseCases& use_cases, const CallContext& call,
                    const v1::UpdateThreadRequest& request, v1::UpdateThreadResponse& response) {
  absl::StatusOr<NestedName> name = ThreadIn("thread.name", request.thread().name());
  if (!name.ok()) return name.status();
  Threads::UpdateRequest input;
  input.site = name->site;
  input.key = name->rest;
  input.allow_missing = request.allow_missing();
  input.etag = request.thread().etag();
  for (const std::string& path : MaskOf(request)) {
    absl::Status status = ReadField(path, request.thread(), input);
    if (!status.ok()) return status;
  }
  const auto thread = use_cases.threads.Update(*call.principal, input, call.deadline);
  if (thread.ok()) ToProto(name->site, *thread, response.mutable_thread());
  return thread.status();
}

absl::Status Move(const UseCases& use_cases, const CallContext& call,
                  const v1::MoveThreadRequest& request, v1::MoveThreadResponse& response) {
  absl::StatusOr<NestedName> name = ThreadIn("name", request.name());
  if (!name.ok()) return name.status();
  absl::StatusOr<NestedName> to = ThreadIn("destination_name", request.destination_name());
  if (!to.ok()) return to.status();
  if (to->site != name->site) {
    return InvalidField("destination_name", "NAME_INVALID", "Must be on the same site.");
  }
  const auto thread =
      use_cases.threads.Move(*call.principal, name->site, name->rest, to->rest, call.deadline);
  if (thread.ok()) ToProto(name->site, *thread, response.mutable_thread());
  return thread.status();
}

}  // namespace

void AddThreadMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::GetThreadRequest, v1::GetThreadResponse>(
      "CommentService.GetThread",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Get(use_cases, call, request, response);
      });
  table.AddBlocking<v1::UpdateThreadRequest, v1::UpdateThreadResponse>(
      "CommentService.UpdateThread",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Update(use_cases, call, request, response);
      });
  table.AddBlocking<v1::MoveThreadRequest, v1::MoveThreadResponse>(
      "CommentService.MoveThread",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Move(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
