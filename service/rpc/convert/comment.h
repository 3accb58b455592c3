// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Comments, threads, assessments and events as the contract has them. `site` is the slug.
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "replyguard/v1/assessment.pb.h"
#include "replyguard/v1/comment.pb.h"
#include "replyguard/v1/event.pb.h"
#include "replyguard/v1/thread.pb.h"
#include "service/usecases/assessment_details.h"
#include "storage/comment.h"
#include "storage/event_log.h"

namespace replyguard::service::rpc {

v1::CommentStatus ToProto(storage::CommentStatus status);
v1::Verdict ToProto(storage::Verdict verdict);
void ToProto(std::string_view site, const AssessmentReason& reason, v1::Reason* out);
// `details` are the assessment's; its details_json is not read.
void ToProto(std::string_view site, const storage::Assessment& assessment,
             const AssessmentDetails& details, v1::Assessment* out);
// The details are read from details_json.
void ToProto(std::string_view site, const storage::Assessment& assessment, v1::Assessment* out);
void ToProto(std::string_view site, const storage::CommentRecord& comment, v1::Comment* out);
// The same but for the assessment, which is left out.
void ToProtoWithoutAssessment(std::string_view site, const storage::CommentRecord& comment,
                              v1::Comment* out);
void ToProto(std::string_view site, const storage::ThreadRecord& thread, v1::Thread* out);
void ToProto(std::string_view site, const storage::Event& event, v1::Event* out);

}  // namespace replyguard::service::rpc
