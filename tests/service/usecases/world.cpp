// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/world.h"

#include <future>
#include <stdexcept>

#include "service/usecases/assessment_details.h"
#include "support/patience.h"

namespace replyguard::service {
namespace {

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

storage::AuthorKeyring NewKeyring() {
  auto keyring = storage::AuthorKeyring::Parse(storage::AuthorKeyring::NewFileText(1));
  Check(keyring.status());
  return *std::move(keyring);
}

}  // namespace

World::World() : keyring(NewKeyring()) {
  Check(directory.Refresh());
  Sites::CreateRequest request;
  request.slug = "blog";
  request.display_name = "A blog";
  // Chance is for the tests that are about it.
  request.policy.emplace().blind_sample_rate = 0;
  Check(sites.Create(admin, request, Soon()).status());
  Check(learner.Load());
}

storage::Submission World::Comment(const std::string& body, const std::string& thread) const {
  storage::Submission submission;
  submission.thread_key = thread;
  submission.body = body;
  submission.author_name = "Jane";
  submission.author_email = storage::SecretText("jane@example.org");
  submission.author_ip = storage::SecretText("192.0.2.7");
  return submission;
}

absl::StatusOr<SubmitComment::Result> World::Submit(const std::string& body,
                                                    const std::string& request_id) {
  return Submit(Comment(body), request_id);
}

absl::StatusOr<SubmitComment::Result> World::Submit(storage::Submission submission,
                                                    const std::string& request_id) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<SubmitComment::Result>>>();
  auto answer = promise->get_future();
  submit.Run(backend, {"blog", std::move(submission), request_id, Soon()},
             [promise](absl::StatusOr<SubmitComment::Result> result) {
               promise->set_value(std::move(result));
             });
  return answer.get();
}

storage::CommentRecord World::Stored(const std::string& body) {
  auto result = Submit(body);
  Check(result.status());
  return std::move(result->comment);
}

ModerationItemResult World::Decide(const storage::CommentId& id, storage::DecisionAction action) {
  ModerationAction request;
  request.site = "blog";
  request.comment_id = id;
  request.action = action;
  auto results = moderate.Run(moderator, {request}, Soon());
  Check(results.status());
  return std::move(results->front());
}

void World::Train() {
  std::vector<LabelledExample> labelled;
  for (int i = 0; i < 40; ++i) {
    const bool spam = i % 2 == 0;
    LabelledExample example;
    example.submission.body =
        spam ? "cheap pills casino bonus click here now " + std::to_string(i)
             : "thank you, the chapter about bees helped my garden " + std::to_string(i);
    example.label = spam ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
    example.external_id = "train-" + std::to_string(i);
    labelled.push_back(std::move(example));
  }
  Check(examples.Run(admin, "blog", std::move(labelled), Soon()).status());
  Check(learner.CatchUp());
}

storage::Deadline Soon() { return std::chrono::steady_clock::now() + 3 * tests::kPatience; }

std::int64_t SumOfReasons(const AssessmentDetails& details) {
  std::int64_t sum = 0;
  for (const AssessmentReason& reason : details.reasons) sum += reason.score.value_or(0);
  return sum;
}

std::int64_t SumOfReasons(const storage::Assessment& assessment) {
  return SumOfReasons(DetailsOf(assessment));
}

std::vector<std::string> CodesOf(const storage::Assessment& assessment) {
  std::vector<std::string> codes;
  for (const AssessmentReason& reason : DetailsOf(assessment).reasons) codes.push_back(reason.code);
  return codes;
}

}  // namespace replyguard::service
