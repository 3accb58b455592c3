// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/batch.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/label_rows.h"
#include "stores/outbox.h"
#include "writer/batch_memory.h"
#include "writer/insert.h"
#include "writer/lookup.h"
#include "writer/shadow_rows.h"

namespace replyguard::storage {
namespace {

// OFFSET 0: each of them is looked up, however small the table was when this was planned.
constexpr Statement kReplayedComments{
    "replayed_comments",
    "SELECT " RG_COMMENT_COLUMNS
    " FROM unnest($1::bigint[], $2::uuid[]) AS d(site_id, comment_id) "
    "CROSS JOIN LATERAL (SELECT * FROM replyguard.comments c WHERE c.site_id = d.site_id AND "
    "c.comment_id = d.comment_id OFFSET 0) c "
    "LEFT JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id = c.thread_id"};

std::string FrontBytes(const std::vector<KeyedHash>& hashes) {
  return hashes.empty() ? std::string() : std::string(hashes.front().bytes());
}

// The record as it has just been stored.
CommentRecord MakeRecord(const SubmissionDraft& draft, const SubmissionOutcome& outcome,
                         const ThreadId& thread_id) {
  const MaskedComment& c = *draft.comment;
  CommentRecord r;
  r.site_id = draft.history.site_id;
  r.comment_id = draft.comment_id;
  r.thread_id = thread_id;
  r.thread_key = draft.history.thread_key;
  r.parent_id = draft.history.parent_id;
  r.author_name = c.author_name();
  r.author_email_masked = c.email_masked();
  r.author_email_domain = c.email_domain();
  r.author_hash = FrontBytes(c.author_hashes());
  r.hmac_key_id = c.request_fingerprints().front().key_id;
  r.author_url = c.author_url();
  r.author_verified = c.author_verified();
  r.body = c.body();
  r.body_masked = c.body_changed();
  r.body_hash = FrontBytes(c.body_hashes());
  r.ip_masked = c.ip_masked();
  r.ip_hash = FrontBytes(c.ip_hashes());
  r.user_agent = c.user_agent();
  r.referrer = c.referrer();
  r.language = c.language();
  r.context_json = draft.context_json;
  r.status = outcome.status;
  r.status_source = StatusSource::kMachine;
  r.status_at = outcome.assessment.assessed_at;
  r.submitted_at = draft.submitted_at;
  r.assessment = outcome.assessment;
  return r;
}

class Batch {
 public:
  Batch(Tx& tx, const std::vector<PendingSubmission*>& members)
      : tx_(tx), members_(members), answers_(members.size()), outcomes_(members.size()) {}

  std::vector<MemberAnswer> Run(bool* wrote) {
    LookUpAll();
    for (std::size_t i = 0; i < members_.size(); ++i) Judge(i);
    AnswerReplays();
    *wrote = !accepted_.empty();
    if (*wrote) Store();
    return std::move(answers_);
  }

 private:
  void LookUpAll() {
    std::vector<LookupMember> queries;
    queries.reserve(members_.size());
    for (const PendingSubmission* member : members_) {
      queries.push_back(LookupMember{&member->draft.history, member->draft.request_id});
    }
    found_ = LookUp(tx_, queries);
  }

  void Judge(std::size_t i) {
    const SubmissionDraft& draft = members_[i]->draft;
    if (found_[i].stored) {
      CheckReplay(i);
      return;
    }
    if (!draft.request_id.empty() &&
        !requests_.emplace(draft.history.site_id, draft.request_id).second) {
      return;  // the same request_id twice in this batch: looked at again once the first is stored
    }
    HistoryContext& context = found_[i].context;
    memory_.Apply(draft, context);
    absl::StatusOr<SubmissionOutcome> outcome = absl::InternalError("not decided");
    try {
      outcome = members_[i]->decide(context);
    } catch (...) {
      outcome = absl::InternalError("judging the comment failed");
    }
    if (!outcome.ok()) {
      answers_[i] = outcome.status();
      return;
    }
    memory_.Remember(draft, outcome->status, ThreadOf(i));
    outcomes_[i] = *std::move(outcome);
    accepted_.push_back(i);
  }

  // The member's thread; one that is absent gets the comment's own id.
  const ThreadRecord& ThreadOf(std::size_t i) {
    const SubmissionDraft& draft = members_[i]->draft;
    std::optional<ThreadRecord>& thread = found_[i].context.thread;
    if (thread) return *thread;
    thread.emplace();
    thread->site_id = draft.history.site_id;
    thread->thread_id = draft.comment_id;
    thread->key = draft.history.thread_key;
    thread->uri = draft.comment->thread_uri();
    thread->title = draft.comment->thread_title();
    thread->published_at = draft.comment->thread_publish_time();
    thread->created_at = draft.submitted_at;
    new_threads_.push_back(NewThread{&draft, draft.comment_id});
    return *thread;
  }

  void CheckReplay(std::size_t i) {
    const auto& prints = members_[i]->draft.comment->request_fingerprints();
    const StoredRequest& stored = *found_[i].stored;
    const bool same = std::any_of(prints.begin(), prints.end(), [&stored](const KeyedHash& print) {
      return print.bytes() == stored.fingerprint;
    });
    if (same) {
      replays_.push_back(i);
    } else {
      answers_[i] = absl::AlreadyExistsError("the request_id was used with another submission");
    }
  }

  void AnswerReplays() {
    if (replays_.empty()) return;
    ArrayParam site(ArrayParam::Element::kInt8), id(ArrayParam::Element::kUuid);
    for (const std::size_t i : replays_) {
      site.AddInt8(members_[i]->draft.history.site_id);
      id.AddUuid(found_[i].stored->comment_id);
    }
    std::map<std::pair<SiteId, CommentId>, CommentRecord> records;
    for (const auto& row : tx_.Exec(kReplayedComments, site.Done(), id.Done())) {
      CommentRecord record = ReadComment(row);
      const std::pair<SiteId, CommentId> key(record.site_id, record.comment_id);
      records.emplace(key, std::move(record));
    }
    for (const std::size_t i : replays_) {
      const auto it =
          records.find({members_[i]->draft.history.site_id, found_[i].stored->comment_id});
      if (it == records.end()) continue;  // looked at again
      answers_[i] = SubmissionResult{true, it->second};
    }
  }

  void Store() {
    InsertThreads(tx_, new_threads_);
    std::map<std::pair<SiteId, std::string_view>, ThreadId> made;
    for (const NewThread& t : new_threads_) {
      made[{t.draft->history.site_id, t.draft->history.thread_key}] = t.thread_id;
    }
    std::vector<NewComment> comments;
    comments.reserve(accepted_.size());
    for (const std::size_t i : accepted_) {
      ThreadId thread_id = found_[i].context.thread->thread_id;
      const HistoryQuery& q = members_[i]->draft.history;
      if (const auto it = made.find({q.site_id, q.thread_key}); it != made.end())
        thread_id = it->second;
      comments.push_back(NewComment{&members_[i]->draft, &outcomes_[i], thread_id});
    }
    const auto stored = InsertComments(tx_, comments);
    InsertShadowVerdicts(tx_, comments, stored);
    Announce(comments, stored);
    Teach(comments, stored);
    for (std::size_t k = 0; k < accepted_.size(); ++k) {
      const NewComment& c = comments[k];
      if (!stored.contains(c.draft->comment_id)) continue;
      answers_[accepted_[k]] =
          SubmissionResult{false, MakeRecord(*c.draft, *c.outcome, c.thread_id)};
    }
  }

  void Announce(const std::vector<NewComment>& comments,
                const std::unordered_set<CommentId>& stored) {
    std::vector<NewEvent> events;
    for (const NewComment& c : comments) {
      if (!c.outcome->queue || !stored.contains(c.draft->comment_id)) continue;
      // A comment drawn for blind review, or on which the shadow differs, stays as the machine
      // decided: nothing to tell the website.
      const QueueCause cause = c.outcome->queue->cause;
      if (cause == QueueCause::kSampled || cause == QueueCause::kShadow) continue;
      NewEvent event;
      event.site_id = c.draft->history.site_id;
      event.type = EventType::kQueued;
      event.comment_id = c.draft->comment_id;
      event.thread_id = c.thread_id;
      event.status = c.outcome->status;
      event.created_at = c.outcome->assessment.assessed_at;
      events.push_back(std::move(event));
    }
    if (const absl::Status status = AppendEvents(tx_, std::move(events)); !status.ok()) {
      throw UnknownSite();
    }
  }

  // Last, as it holds the head of the label log until the commit.
  void Teach(const std::vector<NewComment>& comments, const std::unordered_set<CommentId>& stored) {
    std::optional<LabelAppender> appender;
    for (const NewComment& c : comments) {
      if (!c.outcome->rule_label || !stored.contains(c.draft->comment_id)) continue;
      if (!appender) appender.emplace(tx_);
      const RuleLabel& label = *c.outcome->rule_label;
      appender->FromComment({c.draft->history.site_id, LabelSource::kRule,
                             RuleExclusion(c.draft->history.site_id, label.rule_id), std::nullopt,
                             c.outcome->assessment.assessed_at},
                            c.draft->comment_id, label.label);
    }
  }

  Tx& tx_;
  const std::vector<PendingSubmission*>& members_;
  std::vector<MemberAnswer> answers_;
  std::vector<SubmissionOutcome> outcomes_;
  std::vector<LookupAnswer> found_;
  BatchMemory memory_;
  std::set<std::pair<SiteId, std::string>> requests_;
  std::vector<NewThread> new_threads_;
  std::vector<std::size_t> accepted_;
  std::vector<std::size_t> replays_;
};

}  // namespace

std::vector<MemberAnswer> RunBatch(Tx& tx, const std::vector<PendingSubmission*>& members,
                                   bool* wrote) {
  return Batch(tx, members).Run(wrote);
}

}  // namespace replyguard::storage
