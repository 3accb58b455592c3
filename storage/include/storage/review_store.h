// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What moderators leave beside comments: notes, escalations, and a site's reason codes; and the
// audit trail of acts that are no decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/decision_store.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kNotesPerCommentMax = 100;
inline constexpr std::int32_t kReasonCodesMax = 50;
inline constexpr std::int32_t kAuditPageMax = 500;

struct CommentNote {
  SiteId site_id = 0;
  CommentId comment_id;
  Uuid note_id;      // MakeUuidV7
  std::string text;  // masked; at most 4,000 bytes
  std::string actor;
  std::string actor_key_id;
  std::string request_id;  // empty: none
  Timestamp written_at{};
};

// That a place in the queue is for an operator.
struct Escalation {
  std::string reason;  // masked
  std::string actor;
  Timestamp escalated_at{};
};

struct ReasonCode {
  std::string code;
  std::string label;
  std::vector<DecisionAction> actions;  // empty: all
  bool shown_to_author = false;
};

// As AuditEvent.Kind of the contract.
enum class AuditKind {
  kSite = 1,
  kRule = 2,
  kApiKey = 3,
  kModel = 4,
  kEscalation = 5,
  kReasonCodes = 6,
  kBulk = 7,
};

// One act. Never changed, and removed by its age alone.
struct AuditEvent {
  SiteId site_id = 0;  // 0: of no site
  Uuid event_id{};     // given when it is written
  AuditKind kind = AuditKind::kSite;
  std::string act;      // such as "CREATED"
  std::string subject;  // resource name
  std::string actor;    // where it is written, empty: the display name of the key
  std::string actor_key_id;
  std::string summary;  // masked
  Timestamp created_at{};
};

struct AuditQuery {
  std::vector<SiteId> sites;  // 0 among them: what belongs to no site
  std::optional<AuditKind> kind;
  std::string actor_key_id;  // empty: any
  std::string actor;         // empty: any
  std::optional<Timestamp> from;
  std::optional<Timestamp> until;
  std::optional<Uuid> before;  // events older than this one
  std::int32_t limit = 50;     // 1 to kAuditPageMax
};

// Thread-safe.
class ReviewStore {
 public:
  virtual ~ReviewStore() = default;

  // The note; the one of the same request_id, when there is one. NOT_FOUND for the comment (also a
  // tombstone); LimitReached beyond kNotesPerCommentMax.
  virtual absl::StatusOr<CommentNote> AddNote(const CommentNote& note, Deadline deadline) = 0;
  // Oldest first.
  virtual absl::StatusOr<std::vector<CommentNote>> Notes(SiteId site_id,
                                                         const CommentId& comment_id,
                                                         Deadline deadline) = 0;

  // Marks the place in the queue, ends its lease and writes `audit`; the mark that stands when
  // there is one already, and nothing is written. NOT_FOUND when the comment does not wait (one
  // drawn blind does).
  virtual absl::StatusOr<Escalation> Escalate(SiteId site_id, const CommentId& comment_id,
                                              const Escalation& escalation, const AuditEvent& audit,
                                              Deadline deadline) = 0;
  // Takes the mark away. NOT_FOUND when the comment does not wait.
  virtual absl::Status Deescalate(SiteId site_id, const CommentId& comment_id,
                                  const AuditEvent& audit, Deadline deadline) = 0;

  // In their order; empty: the site has no list of its own.
  virtual absl::StatusOr<std::vector<ReasonCode>> ReasonCodes(SiteId site_id,
                                                              Deadline deadline) = 0;
  virtual absl::Status SetReasonCodes(SiteId site_id, const std::vector<ReasonCode>& codes,
                                      const AuditEvent& audit, Deadline deadline) = 0;

  virtual absl::Status WriteAudit(const AuditEvent& event, Deadline deadline) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<AuditEvent>> Audit(const AuditQuery& query,
                                                        Deadline deadline) = 0;
};

}  // namespace replyguard::storage
