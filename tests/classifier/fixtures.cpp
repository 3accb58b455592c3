#include "classifier/fixtures.h"

#include <cstdlib>
#include <fstream>
#include <random>
#include <set>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSite = 1;

// `sentence` with every {slot} filled by one of the slot's entries.
std::string FillSlots(std::string sentence, const nlohmann::json& slots, std::mt19937_64* random) {
  for (std::size_t open = sentence.find('{'); open != std::string::npos;
       open = sentence.find('{', open)) {
    const std::size_t close = sentence.find('}', open);
    const auto& choices = slots.at(sentence.substr(open + 1, close - open - 1));
    const std::string chosen = choices.at((*random)() % choices.size());
    sentence.replace(open, close - open + 1, chosen);
  }
  return sentence;
}

std::vector<PhraseTexts> LoadPhrases(const char* file) {
  const nlohmann::json fixture = ReadFixture(file);
  std::vector<PhraseTexts> all;
  for (const auto& language : fixture.at("languages")) {
    PhraseTexts of{language.at("name"), language.value("letters", ""), {}};
    const std::string joint = language.at("joint");
    for (const std::string opening : language.at("openings")) {
      for (const std::string middle : language.at("middles")) {
        for (const std::string ending : language.at("endings")) {
          of.texts.push_back(opening);
          of.texts.back().append(joint).append(middle).append(joint).append(ending);
        }
      }
    }
    all.push_back(std::move(of));
  }
  return all;
}

}  // namespace

nlohmann::json ReadFixture(const char* file) {
  std::ifstream in(std::string(REPLYGUARD_CLASSIFIER_FIXTURES) + "/" + file);
  return nlohmann::json::parse(in);
}

std::vector<std::string> English(Class label, bool held_out, std::size_t count) {
  constexpr std::size_t kHeldOutEvery = 3;
  constexpr std::size_t kTriesPerText = 50;
  static const nlohmann::json kFixture = ReadFixture("english.json");
  std::vector<std::string> sentences;
  const auto& all = kFixture.at(label == Class::kSpam ? "spam" : "ham");
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((i % kHeldOutEvery == kHeldOutEvery - 1) == held_out) sentences.push_back(all.at(i));
  }
  std::mt19937_64 random(held_out ? 99 : 1);
  std::set<std::string> seen;
  std::vector<std::string> texts;
  for (std::size_t tries = 0; texts.size() < count; ++tries) {
    if (tries == count * kTriesPerText) std::abort();  // the kFixture has not so many
    std::string text =
        FillSlots(sentences[random() % sentences.size()], kFixture.at("slots"), &random);
    if (seen.insert(text).second) texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<Example> EnglishLabels() {
  constexpr std::size_t kSpam = 200;
  const auto spam = English(Class::kSpam, /*held_out=*/false, kSpam);
  const auto ham = English(Class::kHam, /*held_out=*/false, 2 * kSpam);
  std::vector<Example> examples;
  for (std::size_t i = 0; i < kSpam; ++i) {
    examples.push_back({ham[2 * i], Class::kHam});
    examples.push_back({ham[2 * i + 1], Class::kHam});
    examples.push_back({spam[i], Class::kSpam});
  }
  return examples;
}

std::vector<PhraseTexts> LoadCleanTexts() { return LoadPhrases("clean.json"); }
std::vector<PhraseTexts> LoadUnspacedSpam() { return LoadPhrases("unspaced.json"); }

void PrintTo(const PhraseTexts& texts, std::ostream* out) { *out << texts.name; }

std::shared_ptr<const Model> Learn(const std::vector<Example>& examples) {
  Fold fold;
  Extractor extractor;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    Document document;
    document.body = examples[i].text;
    LabelChange change;
    change.position = i + 1;
    change.site = kSite;
    change.sample = i + 1;
    change.after.emplace();
    change.after->label = examples[i].label;
    extractor.Extract(document, &change.after->features);
    if (!fold.Apply(change).ok()) std::abort();
  }
  return fold.Snapshot();
}

double SpamProbability(const Model& model, const std::string& text) {
  thread_local Extractor extractor;
  Document document;
  document.body = text;
  return Model::Finish(model.Score(kSite, extractor.Extract(document)), {}).probability;
}

int CalledSpam(const Model& model, const std::vector<std::string>& texts, double probability_min) {
  std::size_t spam = 0;
  for (const std::string& text : texts) spam += SpamProbability(model, text) >= probability_min;
  return static_cast<int>(100 * spam / texts.size());
}

}  // namespace replyguard::classifier
