// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Filters, campaigns, bulk decisions, notes and acts as the contract has them. Thread-safety: pure
// functions.
#pragma once

#include <string>
#include <string_view>

#include "replyguard/v1/audit.pb.h"
#include "replyguard/v1/bulk.pb.h"
#include "replyguard/v1/comment_filter.pb.h"
#include "replyguard/v1/comment_search.pb.h"
#include "replyguard/v1/review.pb.h"
#include "service/usecases/errors.h"
#include "service/usecases/review/bulks.h"
#include "service/usecases/review/desk.h"
#include "service/usecases/review/reason_code_lists.h"
#include "service/usecases/review/search.h"

namespace replyguard::service::rpc {

// Reads an optional time; adds what is wrong with it to `violations`.
void ReadTime(bool given, const google::protobuf::Timestamp& in, std::string_view field,
              std::optional<storage::Timestamp>* out, validation::Violations& violations);

// Add what is wrong with the form to `violations`, of fields below "filter.".
CommentFilter FromProto(const v1::CommentFilter& filter, validation::Violations& violations);
// The parts of `filter` that queue items are found by as well.
void ReadMatch(const std::string& text, const std::string& network, const std::string& language,
               const std::string& reason, const std::string& campaign, CommentFilter* filter,
               validation::Violations& violations);
void ReadThread(const std::string& name, CommentFilter* filter, validation::Violations& violations);
std::vector<storage::CommentStatus> StatusesFromProto(
    const google::protobuf::RepeatedField<int>& statuses, validation::Violations& violations);
std::vector<std::string> SitesFromProto(const google::protobuf::RepeatedPtrField<std::string>& in,
                                        std::string_view field, validation::Violations& violations);
storage::ReasonCode FromProto(const v1::ReasonCode& code, std::string_view field,
                              validation::Violations& violations);

void ToProto(const StatusCounts& counts,
             google::protobuf::RepeatedPtrField<v1::CommentStatusCount>* out);
void ToProto(std::string_view site, const AuthorHistory& history, v1::AuthorHistory* out);
void ToProto(std::string_view site, const Campaign& campaign, v1::Campaign* out);
void ToProto(std::string_view site, const storage::BulkRecord& bulk, v1::Bulk* out);
void ToProto(std::string_view site, const BulkSkip& skip, v1::BulkSkip* out);
void ToProto(std::string_view site, const storage::CommentNote& note, v1::CommentNote* out);
void ToProto(const storage::Escalation& escalation, v1::Escalation* out);
void ToProto(const storage::ReasonCode& code, v1::ReasonCode* out);
// `site` empty: the event is of no site.
void ToProto(std::string_view site, const storage::AuditEvent& event, v1::AuditEvent* out);

}  // namespace replyguard::service::rpc
