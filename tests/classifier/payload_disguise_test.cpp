// Links, addresses, numbers, names and signs in disguise: spam that nothing else gives away, in
// carriers that the model has not seen.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "classifier/disguises.h"
#include "classifier/fixtures.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kHeldOutEvery = 3;
constexpr std::size_t kPayloads = 6;  // of each kind and label

std::string Carry(std::string carrier, const std::string& payload) {
  return carrier.replace(carrier.find("{x}"), 3, payload);
}

// Every carrier that is held out, or every other one, with every payload of the kind.
std::vector<std::string> Texts(const char* label, const std::string& of, bool held_out,
                               const Disguise& disguise) {
  static const nlohmann::json kFixture = ReadFixture("payloads.json");
  std::vector<std::string> texts;
  const auto& carriers = kFixture.at("carriers");
  for (std::size_t i = 0; i < carriers.size(); ++i) {
    if ((i % kHeldOutEvery == kHeldOutEvery - 1) != held_out) continue;
    for (const std::string payload : kFixture.at(label).at(of)) {
      texts.push_back(Carry(carriers.at(i), disguise.Apply(payload)));
    }
  }
  return texts;
}

Disguise Undisguised() {
  Disguise none;
  none.kind = "none";
  return none;
}

// A model that learnt the payloads of one kind, twice as many ham as spam.
const Model& Learnt(const std::string& of) {
  static std::map<std::string, std::shared_ptr<const Model>> models;
  auto& model = models[of];
  if (model == nullptr) {
    const auto ham = Texts("ham", of, false, Undisguised());
    const auto spam = Texts("spam", of, false, Undisguised());
    std::vector<Example> examples;
    for (std::size_t i = 0; i < ham.size(); ++i) {
      examples.push_back({ham[i], Class::kHam});
      // In a chequered order, so that every payload is learnt, each in half of the carriers.
      if ((i / kPayloads + i) % 2 == 0) examples.push_back({spam[i], Class::kSpam});
    }
    model = Learn(examples);
  }
  return *model;
}

class Payload : public testing::TestWithParam<Disguise> {};

TEST_P(Payload, SpamIsStillCaught) {
  const Disguise& disguise = GetParam();
  const Model& model = Learnt(disguise.of);
  const auto plain = Texts("spam", disguise.of, true, Undisguised());
  const auto disguised = Texts("spam", disguise.of, true, disguise);
  ASSERT_EQ(disguised == plain, disguise.kind == "none");
  const int before = CalledSpam(model, plain);
  const int after = CalledSpam(model, disguised);
  const int ham = CalledSpam(model, Texts("ham", disguise.of, true, disguise));
  std::printf("%s: caught before %d %%, after %d %%; of ham called spam %d %%\n",
              disguise.name.c_str(), before, after, ham);
  RecordProperty("caught_after", after);
  RecordProperty("ham_called_spam", ham);
  EXPECT_GE(after, disguise.caught_min);
  EXPECT_LE(ham, kHamCalledSpamMaxPercent);
}

INSTANTIATE_TEST_SUITE_P(Ways, Payload, testing::ValuesIn(LoadPayloadDisguises()),
                         [](const testing::TestParamInfo<Disguise>& tested) {
                           return TestName(tested.param.name);
                         });

}  // namespace
}  // namespace replyguard::classifier
