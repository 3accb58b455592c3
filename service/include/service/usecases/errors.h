// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// Errors with structure: what a transport needs to build google.rpc details (ErrorInfo, BadRequest,
// RetryInfo) or JSON from, carried inside absl::Status as one payload, so that nobody parses text.
//
// Every error that a use case answers has a detail with at least a reason, except INTERNAL and
// UNKNOWN. Messages are in English, for people, and never hold a submitted value, an address or
// internal text.
//
// Thread-safety: functions are pure; types are plain data.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "service/validation/violation.h"

namespace replyguard::service {

// What stands beside code and message.
struct ErrorDetail {
  // Stable reason in UPPER_SNAKE_CASE: google.rpc.ErrorInfo.reason. See reasons:: below.
  std::string reason;
  // For INVALID_ARGUMENT: every violation found; bounded by what validation reports.
  std::vector<validation::Violation> violations;
  // For RESOURCE_EXHAUSTED and UNAVAILABLE: when to try again (google.rpc.RetryInfo).
  std::optional<std::chrono::milliseconds> retry_delay;
  // More facts by key: google.rpc.ErrorInfo.metadata. Keys in use: "decision" (resource name of the
  // decision that was faster), "operation" (of the one that runs), "head_cursor" and
  // "oldest_cursor" (OUT_OF_RANGE of events), "etag" (the present one).
  std::map<std::string, std::string> metadata;
};

// The reasons that use cases answer, each with the code it comes with.
namespace reasons {
inline constexpr std::string_view kPermissionDenied = "PERMISSION_DENIED";  // PERMISSION_DENIED
inline constexpr std::string_view kInvalidFields = "INVALID_FIELDS";        // INVALID_ARGUMENT
inline constexpr std::string_view kSiteNotFound = "SITE_NOT_FOUND";         // NOT_FOUND
inline constexpr std::string_view kSiteExists = "SITE_EXISTS";              // ALREADY_EXISTS
inline constexpr std::string_view kCommentNotFound = "COMMENT_NOT_FOUND";   // NOT_FOUND
inline constexpr std::string_view kThreadNotFound = "THREAD_NOT_FOUND";     // NOT_FOUND
inline constexpr std::string_view kThreadExists = "THREAD_EXISTS";          // ALREADY_EXISTS
inline constexpr std::string_view kThreadClosed = "THREAD_CLOSED";          // FAILED_PRECONDITION
inline constexpr std::string_view kParentNotInThread =
    "PARENT_NOT_IN_THREAD";                                                // FAILED_PRECONDITION
inline constexpr std::string_view kRequestIdReused = "REQUEST_ID_REUSED";  // ALREADY_EXISTS
inline constexpr std::string_view kStaleEtag = "STALE_ETAG";               // ABORTED
inline constexpr std::string_view kLeased = "LEASED";                      // ABORTED
inline constexpr std::string_view kDecidedAgain = "DECIDED_AGAIN";         // ABORTED
inline constexpr std::string_view kAlreadyUndone = "ALREADY_UNDONE";       // ABORTED
inline constexpr std::string_view kCommentNotVisible =
    "COMMENT_NOT_VISIBLE";                                                 // FAILED_PRECONDITION
inline constexpr std::string_view kTooFewJudged = "TOO_FEW_JUDGED";        // FAILED_PRECONDITION
inline constexpr std::string_view kTooFewLabels = "TOO_FEW_LABELS";        // FAILED_PRECONDITION
inline constexpr std::string_view kReviewRuns = "REVIEW_RUNS";             // FAILED_PRECONDITION
inline constexpr std::string_view kRetrainRuns = "RETRAIN_RUNS";           // FAILED_PRECONDITION
inline constexpr std::string_view kWorseHamLoss = "WORSE_HAM_LOSS";        // FAILED_PRECONDITION
inline constexpr std::string_view kWorseSpamMiss = "WORSE_SPAM_MISS";      // FAILED_PRECONDITION
inline constexpr std::string_view kExclusionLimit = "EXCLUSION_LIMIT";     // FAILED_PRECONDITION
inline constexpr std::string_view kLastOperatorKey = "LAST_OPERATOR_KEY";  // FAILED_PRECONDITION
inline constexpr std::string_view kNothingToRollBack =
    "NOTHING_TO_ROLL_BACK";  // FAILED_PRECONDITION
inline constexpr std::string_view kOtherGenerationActive = "OTHER_GENERATION_ACTIVE";  // ABORTED
inline constexpr std::string_view kShadowIsActive = "SHADOW_IS_ACTIVE";  // FAILED_PRECONDITION
inline constexpr std::string_view kGenerationNotFound = "GENERATION_NOT_FOUND";  // NOT_FOUND
inline constexpr std::string_view kGenerationLimit = "GENERATION_LIMIT";     // RESOURCE_EXHAUSTED
inline constexpr std::string_view kModelNotStored = "MODEL_NOT_STORED";      // FAILED_PRECONDITION
inline constexpr std::string_view kModelPruned = "MODEL_PRUNED";             // ABORTED
inline constexpr std::string_view kModelFileInvalid = "MODEL_FILE_INVALID";  // INVALID_ARGUMENT
inline constexpr std::string_view kModelFileForeign = "MODEL_FILE_FOREIGN";  // FAILED_PRECONDITION
inline constexpr std::string_view kUploadLimit = "UPLOAD_LIMIT";             // RESOURCE_EXHAUSTED
inline constexpr std::string_view kPieceMissing = "PIECE_MISSING";           // OUT_OF_RANGE
inline constexpr std::string_view kOperationNotFound = "OPERATION_NOT_FOUND";  // NOT_FOUND
inline constexpr std::string_view kOperationGivenUp = "OPERATION_GIVEN_UP";    // INTERNAL
inline constexpr std::string_view kDecisionNotFound = "DECISION_NOT_FOUND";    // NOT_FOUND
inline constexpr std::string_view kBulkNotFound = "BULK_NOT_FOUND";            // NOT_FOUND
inline constexpr std::string_view kBulkChanged = "BULK_CHANGED";               // ABORTED
inline constexpr std::string_view kBulkExpired = "BULK_EXPIRED";           // FAILED_PRECONDITION
inline constexpr std::string_view kBulkNotApplied = "BULK_NOT_APPLIED";    // FAILED_PRECONDITION
inline constexpr std::string_view kBlindSample = "BLIND_SAMPLE";           // FAILED_PRECONDITION
inline constexpr std::string_view kNotWaiting = "NOT_WAITING";             // FAILED_PRECONDITION
inline constexpr std::string_view kNothingToBlock = "NOTHING_TO_BLOCK";    // FAILED_PRECONDITION
inline constexpr std::string_view kBlocksOthers = "BLOCKS_OTHERS";         // FAILED_PRECONDITION
inline constexpr std::string_view kNoteLimit = "NOTE_LIMIT";               // RESOURCE_EXHAUSTED
inline constexpr std::string_view kReporterLimit = "REPORTER_LIMIT";       // RESOURCE_EXHAUSTED
inline constexpr std::string_view kRuleNotFound = "RULE_NOT_FOUND";        // NOT_FOUND
inline constexpr std::string_view kRuleLimit = "RULE_LIMIT";               // RESOURCE_EXHAUSTED
inline constexpr std::string_view kKeyNotFound = "KEY_NOT_FOUND";          // NOT_FOUND
inline constexpr std::string_view kCursorExpired = "CURSOR_EXPIRED";       // OUT_OF_RANGE
inline constexpr std::string_view kCursorAhead = "CURSOR_AHEAD";           // OUT_OF_RANGE
inline constexpr std::string_view kTooManyWatchers = "TOO_MANY_WATCHERS";  // RESOURCE_EXHAUSTED
inline constexpr std::string_view kSlowReader = "SLOW_READER";             // UNAVAILABLE
inline constexpr std::string_view kKeyGone = "KEY_GONE";                   // UNAUTHENTICATED
inline constexpr std::string_view kRightsChanged = "RIGHTS_CHANGED";       // ABORTED
inline constexpr std::string_view kShuttingDown = "SHUTTING_DOWN";         // UNAVAILABLE
inline constexpr std::string_view kOverloaded = "OVERLOADED";              // RESOURCE_EXHAUSTED
inline constexpr std::string_view kStorageAway = "STORAGE_AWAY";           // UNAVAILABLE
inline constexpr std::string_view kNotReady = "NOT_READY";                 // UNAVAILABLE
}  // namespace reasons

// A status of `code` (not OK) with `detail` attached.
absl::Status MakeError(absl::StatusCode code, std::string_view message, const ErrorDetail& detail);

// The same with a reason only.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message);

// INVALID_ARGUMENT with kInvalidFields and these violations; OK when there are none.
absl::Status InvalidFields(const validation::Violations& found);

// INVALID_ARGUMENT for one field.
absl::Status InvalidField(std::string_view field, std::string_view reason,
                          std::string_view description);

// The detail of a status; absent when it has none or is OK.
std::optional<ErrorDetail> GetErrorDetail(const absl::Status& status);

// The reason of a status; empty when it has no detail.
std::string ReasonOf(const absl::Status& status);

}  // namespace replyguard::service
