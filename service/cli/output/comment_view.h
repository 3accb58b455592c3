// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <google/protobuf/timestamp.pb.h>

#include <iosfwd>
#include <string>

#include "replyguard/v1/assessment.pb.h"
#include "replyguard/v1/comment.pb.h"
#include "replyguard/v1/moderation.pb.h"
#include "service/cli/output/style.h"

// Comments and judgements for people. Everything of strangers is made safe to print. One thread.
namespace replyguard::service::cli {

// "approve" of VERDICT_APPROVE, "pending" of COMMENT_STATUS_PENDING and so on: the value's name
// without its prefix, in lower case.
std::string Short(v1::Verdict verdict);
std::string Short(v1::CommentStatus status);
std::string Short(v1::DecisionAction action);
std::string Short(v1::QueueItem::Cause cause);

// "0.973"; "-" when absent.
std::string ProbabilityText(const v1::Assessment& assessment);

// "2026-11-23 21:04:05Z"; "-" when absent.
std::string TimeText(const google::protobuf::Timestamp& time);
// "42s", "17m", "5h", "3d": how long ago by this machine's clock.
std::string AgeText(const google::protobuf::Timestamp& time);

// The body with the words that pushed to spam and to ham marked; unmarked without colour.
std::string MarkedBody(const std::string& body,
                       const google::protobuf::RepeatedPtrField<v1::Reason>& reasons,
                       const Style& style);

// The verdict and its reasons with their weights, some lines, each indented by two spaces.
void PrintAssessment(std::ostream& out, const v1::Assessment& assessment, const Style& style);

// A card: who, where, when, what was written, what the machine says and why.
void PrintComment(std::ostream& out, const v1::Comment& comment, const Style& style);

}  // namespace replyguard::service::cli
