// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "bench/load/workload.h"

#include <iterator>
#include <stdexcept>
#include <thread>

namespace replyguard::bench {
namespace {

constexpr int kExamplesARequest = 500;
constexpr int kWords = 30;
constexpr const char* kHam[] = {"garden", "bees",     "article",  "thanks",  "agree",
                                "winter", "honey",    "question", "people",  "reading",
                                "point",  "century",  "flowers",  "village", "because",
                                "really", "remember", "author",   "wonder",  "written"};
constexpr const char* kSpam[] = {"casino", "loan",   "cheap",  "pills", "winner", "bonus",
                                 "crypto", "profit", "click",  "offer", "viagra", "credit",
                                 "free",   "money",  "invest", "best",  "rolex",  "deal"};
constexpr const char* kSyllables[] = {"ba", "re",  "ti", "mon", "ka",  "lis", "ver", "do", "sun",
                                      "pe", "gar", "no", "fil", "tra", "mu",  "shi", "el", "cor",
                                      "ny", "wex", "ul", "zam", "ho",  "jip", "quo", "da"};

// A step of a generator of Knuth's.
std::uint64_t Next(std::uint64_t* seed) {
  *seed = *seed * 6364136223846793005U + 1442695040888963407U;
  return *seed >> 33U;
}

// One of half a million.
void AddRareWord(std::uint64_t* seed, std::string* text) {
  for (int i = 0; i < 4; ++i) *text += kSyllables[Next(seed) % std::size(kSyllables)];
}

std::string Text(std::uint64_t seed, bool spam) {
  std::string text;
  text.reserve(256);
  for (int i = 0; i < kWords; ++i) {
    const std::uint64_t at = Next(&seed);
    if (i % 3 == 2) {
      AddRareWord(&seed, &text);
    } else {
      text += spam ? kSpam[at % std::size(kSpam)] : kHam[at % std::size(kHam)];
    }
    text += i % 9 == 8 ? ". " : " ";
  }
  return text + std::to_string(seed % 1'000'000);
}

v1::Model ModelNow(tests::ServerFixture& fixture) {
  v1::GetModelRequest get;
  get.set_name("sites/blog/model");
  v1::GetModelResponse model;
  if (!fixture.model().GetModel(tests::Context(fixture.operator_key).get(), get, &model).ok()) {
    throw std::runtime_error("cannot read the model");
  }
  return model.model();
}

}  // namespace

v1::Submission Submission(std::uint64_t n) {
  v1::Submission submission;
  submission.set_thread("sites/blog/threads/t" + std::to_string(n % 1000));
  submission.set_author_name("Reader " + std::to_string(n % 5000));
  submission.set_author_email("reader" + std::to_string(n % 5000) + "@example.org");
  submission.set_author_ip("198.51." + std::to_string(n / 256 % 256) + "." +
                           std::to_string(n % 256));
  submission.set_body(Text(n + 1'000'003, n % 3 == 0));
  submission.set_user_agent("Mozilla/5.0 (X11; Linux x86_64)");
  return submission;
}

void Train(tests::ServerFixture& fixture, std::int64_t features) {
  v1::Model model;
  std::int64_t taught = 0;
  do {
    v1::LearnCommentsRequest request;
    request.set_parent("sites/blog");
    for (int i = 0; i < kExamplesARequest; ++i, ++taught) {
      const bool spam = taught % 2 == 1;
      auto* example = request.add_examples();
      example->mutable_submission()->set_body(Text(static_cast<std::uint64_t>(taught) + 1, spam));
      example->set_label(spam ? v1::LABEL_SPAM : v1::LABEL_HAM);
      example->set_external_id("bench-" + std::to_string(taught));
    }
    v1::LearnCommentsResponse learnt;
    const grpc::Status status =
        fixture.model().LearnComments(tests::Context(fixture.operator_key).get(), request, &learnt);
    if (!status.ok()) throw std::runtime_error("cannot train: " + status.error_message());
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      model = ModelNow(fixture);
    } while (model.position() < taught);
  } while (model.feature_count() < features);
}

void AddRules(tests::ServerFixture& fixture, int rules) {
  for (int i = 0; i < rules; ++i) {
    v1::CreateRuleRequest request;
    request.set_parent("sites/blog");
    v1::Rule& rule = *request.mutable_rule();
    rule.set_kind(i % 2 == 0 ? v1::Rule::KIND_WORD : v1::Rule::KIND_DOMAIN);
    rule.set_pattern(i % 2 == 0 ? "forbidden phrase " + std::to_string(i)
                                : "spam" + std::to_string(i) + ".example");
    rule.set_action(v1::Rule::ACTION_SPAM);
    rule.set_reason("load");
    v1::CreateRuleResponse made;
    const grpc::Status status =
        fixture.admin().CreateRule(tests::Context(fixture.operator_key).get(), request, &made);
    if (!status.ok()) throw std::runtime_error("cannot add a rule: " + status.error_message());
  }
}

}  // namespace replyguard::bench
