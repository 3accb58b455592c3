// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Every use case over a real PostgreSQL, for tests: a site, keys, a clock that the test moves.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "service/usecases/administer/api_keys.h"
#include "service/usecases/administer/audit_trail.h"
#include "service/usecases/administer/backtest.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/administer/sites.h"
#include "service/usecases/administer/test_policy.h"
#include "service/usecases/events/event_stream.h"
#include "service/usecases/learn/learn_examples.h"
#include "service/usecases/learn/learner.h"
#include "service/usecases/learn/model_info.h"
#include "service/usecases/learn/shadows.h"
#include "service/usecases/review/bulks.h"
#include "service/usecases/review/desk.h"
#include "service/usecases/review/moderate.h"
#include "service/usecases/review/queue.h"
#include "service/usecases/review/queue_watch.h"
#include "service/usecases/review/reason_code_lists.h"
#include "service/usecases/review/search.h"
#include "service/usecases/search/indexer.h"
#include "service/usecases/submit/check_comment.h"
#include "service/usecases/submit/comments.h"
#include "service/usecases/submit/submit_comment.h"
#include "service/usecases/submit/threads.h"
#include "service/usecases/submit/update_comment.h"
#include "support/test_database.h"

namespace replyguard::service {

class FakeClock final : public Clock {
 public:
  // A millisecond later with every look, so that ids and pages have an order.
  storage::Timestamp Now() const override {
    return storage::Timestamp(std::chrono::microseconds(now_us_ += 1'000));
  }
  void Advance(std::chrono::microseconds by) { now_us_ += by.count(); }

 private:
  mutable std::atomic<std::int64_t> now_us_{1'790'000'000'000'000};
};

struct World {
  World();

  storage::Submission Comment(const std::string& body, const std::string& thread = "article") const;
  absl::StatusOr<SubmitComment::Result> Submit(const std::string& body,
                                               const std::string& request_id = "");
  absl::StatusOr<SubmitComment::Result> Submit(storage::Submission submission,
                                               const std::string& request_id = "");
  // Submits and answers the stored comment; throws when it was not taken.
  storage::CommentRecord Stored(const std::string& body);
  ModerationItemResult Decide(const storage::CommentId& id, storage::DecisionAction action);
  // Twenty labels of each class and a model that has applied them.
  void Train();

  tests::TestDatabase test;
  std::unique_ptr<storage::Database> db = test.Open();
  FakeClock clock;
  SystemRandom random;
  storage::AuthorKeyring keyring;
  Principal backend{"b0b0b0b0b0b0b0b0", "blog backend", Role::kBackend, "blog"};
  Principal moderator{"a0a0a0a0a0a0a0a0", "Ann", Role::kModerator, std::nullopt};
  Principal admin{"0000000000000001", "root", Role::kOperator, std::nullopt};

  SiteDirectory directory{db->sites()};
  Learner learner{db->labels(), db->checkpoints(), clock, {.generations = &db->generations()}};
  Judge judge{learner, keyring};
  Hub hub;
  Sites sites{directory, db->sites(), clock, random};
  SubmitComment submit{directory, judge, db->submissions(), clock, random};
  CheckComment check{directory, judge, db->history(), clock};
  UpdateComment update{directory, judge, db->comments(), db->history(), clock};
  Comments comments{directory, db->comments(), db->threads(), db->decisions(), keyring, clock};
  Threads threads{directory, db->threads(), clock};
  ReviewQueue queue{directory, db->queue(), db->threads(), db->search(), clock, random};
  Moderate moderate{directory, db->decisions(), db->review(), clock};
  Search search{directory, db->search(), db->threads(), clock};
  Desk desk{directory,       db->comments(), db->review(), db->queue(), db->threads(),
            db->decisions(), sites,          clock,        random};
  Bulks bulks{directory,    db->bulks(),   db->search(), db->decisions(),
              db->review(), db->threads(), clock,        random};
  ReasonCodeLists reason_codes{directory, db->review(), clock};
  AuditTrail audit{directory, db->review()};
  Indexer indexer{db->search(), clock};
  QueueWatch queue_watch{directory, db->queue(), db->events(), hub, clock};
  EventStream events{directory, db->events(), hub};
  LearnExamples examples{directory, db->labels(), keyring, clock};
  ModelInfo model_info{directory, learner, db->labels(), db->comments(), db->queue(), clock};
  Shadows shadows{directory, db->shadows(), clock};
  Backtest backtest{directory,         db->sites(), db->comments(), db->labels(),
                    db->generations(), nullptr,     clock};
  TestPolicy test_policy{directory, db->sites(), db->comments(), judge, clock};
  ApiKeys keys{directory, db->api_keys(), clock, std::nullopt};
};

// A deadline no test reaches.
storage::Deadline Soon();

// Sum of the classifier's reasons.
std::int64_t SumOfReasons(const AssessmentDetails& details);
std::int64_t SumOfReasons(const storage::Assessment& assessment);
// Codes of the reasons, in order.
std::vector<std::string> CodesOf(const storage::Assessment& assessment);

}  // namespace replyguard::service
