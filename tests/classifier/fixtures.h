// The texts of tests/classifier/fixtures, and models that learnt them.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "classifier/label.h"
#include "classifier/model.h"

namespace replyguard::classifier {

nlohmann::json ReadFixture(const char* file);

struct Example {
  std::string text;
  Class label = Class::kHam;
};

// `count` different comments in English of one class. Those held out are made from sentences that
// the others never use, so that a model that learnt the others has seen none of them.
std::vector<std::string> English(Class label, bool held_out, std::size_t count);

// English labels in turn, a third of them spam.
std::vector<Example> EnglishLabels();

// Comments of one kind in one language or in program code: an opening, a middle and an ending in
// every combination, ordered by opening, then middle.
struct PhraseTexts {
  std::string name;
  std::string letters;  // clean text: the name of the disguise that borrows its letters
  std::vector<std::string> texts;
};
void PrintTo(const PhraseTexts& texts, std::ostream* out);  // its name, for gtest
std::vector<PhraseTexts> LoadCleanTexts();
std::vector<PhraseTexts> LoadUnspacedSpam();

// A model of site 1 that learnt `examples` in their order.
std::shared_ptr<const Model> Learn(const std::vector<Example>& examples);

// Of a comment on site 1 without any history.
double SpamProbability(const Model& model, const std::string& text);

// A text without any evidence has about 0.5; this takes some.
inline constexpr double kConfidentSpam = 0.9;

// How many clean comments a test lets a model call spam so, per cent.
inline constexpr int kHamCalledSpamMaxPercent = 5;

// Per cent of `texts` of which `model` says at least this probability, rounded down.
int CalledSpam(const Model& model, const std::vector<std::string>& texts,
               double probability_min = kConfidentSpam);

}  // namespace replyguard::classifier
