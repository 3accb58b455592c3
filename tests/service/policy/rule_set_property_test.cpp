// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "policy/rules/automaton.h"
#include "policy/rules/words.h"
#include "service/policy/rule_set.h"
#include "support/cost_growth.h"

namespace replyguard::service::policy {
namespace {

using storage::RuleKind;

const Time kNow{std::chrono::seconds(1'800'000'000)};
constexpr std::size_t kLargeBytes = 64 * 1024;

CommentText Body(std::string_view body) {
  CommentText text;
  text.body = body;
  return text;
}

std::string Phrase(std::mt19937& random, int words_max) {
  static const std::vector<std::string> kWords = {"a", "b", "c", "ab", "加", "微"};
  std::uniform_int_distribution<std::size_t> pick(0, kWords.size() - 1);
  std::string phrase;
  for (int n = std::uniform_int_distribution<int>(1, words_max)(random); n > 0; --n)
    phrase += kWords[pick(random)] + ". ";
  return phrase;
}

// The first kSpansMax places.
std::vector<Span> PlacesOf(const std::vector<Word>& phrase, const std::vector<Word>& text) {
  std::vector<Span> places;
  for (std::size_t i = 0; i + phrase.size() <= text.size() && places.size() < kSpansMax; ++i) {
    std::size_t k = 0;
    while (k < phrase.size() && text[i + k].text == phrase[k].text) ++k;
    if (k < phrase.size()) continue;
    places.push_back(
        {static_cast<std::int32_t>(text[i].begin), static_cast<std::int32_t>(text[i + k - 1].end)});
  }
  return places;
}

TEST(RuleSetProperty, TheAutomatonFindsWhatASearchForEachPhraseFinds) {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    std::vector<Rule> rules;
    for (int i = 0; i < 30; ++i) {
      rules.push_back({.id = std::to_string(i),
                       .kind = RuleKind::kWord,
                       .pattern = Phrase(random, 4),
                       .reason = "r"});
    }
    const auto set = RuleSet::Compile(rules);
    ASSERT_EQ(set->size(), rules.size());
    const std::string body = Phrase(random, round % 2 == 0 ? 20 : 200);
    const std::vector<Word> words = PlainWords(body);
    std::map<std::string, std::vector<Span>> expected, found;
    for (const Rule& rule : rules) {
      std::vector<Span> places = PlacesOf(PlainWords(rule.pattern), words);
      if (!places.empty()) expected[rule.id] = std::move(places);
    }
    for (const RuleMatch& match : set->Match(Body(body), {}, kNow)) {
      found[match.rule->id] = match.spans;
    }
    ASSERT_EQ(found, expected) << body;
  }
}

// 250 rules, each the beginning of the next: they took half a second of the processor a comment.
TEST(RuleSetProperty, PhrasesThatBeginAlikeAreFoundNoOftenerThanIsAskedFor) {
  constexpr std::size_t kPhrases = 250;
  constexpr std::size_t kAskedFor = 3;
  PhraseAutomaton automaton;
  std::string phrase;
  for (std::uint32_t i = 0; i < kPhrases; ++i) automaton.Add(PlainWords(phrase += "a "), i);
  automaton.Build();
  std::vector<Word> words(10'000, Word{.text = "a"});
  std::vector<std::size_t> found(kPhrases);
  const auto count = [&](std::uint32_t rule, std::size_t first, std::size_t last) {
    EXPECT_EQ(last - first, rule);
    return ++found[rule] < kAskedFor;
  };
  automaton.Find(words, false, count);
  EXPECT_EQ(found, std::vector<std::size_t>(kPhrases, kAskedFor));
  found.assign(kPhrases, 0);
  automaton.Find(words, true, count);
  EXPECT_EQ(found, std::vector<std::size_t>(kPhrases, 0)) << "none is in disguise";
  words[5'000].disguised = true;
  automaton.Find(words, true, count);
  EXPECT_EQ(found[0], 1U);
  EXPECT_EQ(found[1], 2U);
  EXPECT_EQ(found[kPhrases - 1], kAskedFor);
}

std::string Repeat(std::string_view part, std::string text = "") {
  while (text.size() + part.size() <= kLargeBytes) text += part;
  return text;
}

// What a careless reader of links and words reads again and again.
constexpr std::array<std::string_view, 51> kHostileParts = {"a ",
                                                            "a",
                                                            "a.",
                                                            ".",
                                                            "1",
                                                            "1a",
                                                            "@a",
                                                            "http://",
                                                            "http://a.b/",
                                                            "www.",
                                                            "<a ",
                                                            "<",
                                                            "\u0430 ",
                                                            "é",
                                                            "加",
                                                            "\u0301",
                                                            "\xFF",
                                                            "a\u200B",
                                                            "!a",
                                                            "例.",
                                                            "。",
                                                            "://",
                                                            "a b1 ",
                                                            "a例.",
                                                            "a.例.я.",
                                                            "//",
                                                            "[url]",
                                                            "http:[",
                                                            "a/",
                                                            "\\",
                                                            "a.b:1/。",
                                                            "<b>",
                                                            "a<b>",
                                                            "[b ",
                                                            "&#97;",
                                                            "\u200B/",
                                                            "http://1.2.3.4",
                                                            "%61",
                                                            "a.b/\u00AD",
                                                            "_a.b_",
                                                            "http://[::1]",
                                                            "http://a.b?",
                                                            "http://a.b@",
                                                            "http://a.b/\\http:",
                                                            "http://*@",
                                                            "a.b/ ",
                                                            "<a href=",
                                                            "看1.2.3.4",
                                                            "http:1。",
                                                            "=http:1。",
                                                            "src=http:a,"};

// Quadratic code would take minutes on these; the test's time limit is what notices.
TEST(RuleSetProperty, ManyRulesOnLargeHostileTextsEndWell) {
  std::vector<Rule> rules;
  for (int i = 0; i < 500; ++i) {
    std::string pattern;
    for (int k = 0; k <= i % 200; ++k) pattern += "a ";
    rules.push_back({.id = std::to_string(i),
                     .kind = RuleKind::kWord,
                     .pattern = pattern + "b" + std::to_string(i),
                     .reason = "r"});
    rules.push_back({.id = "d" + std::to_string(i),
                     .kind = RuleKind::kDomain,
                     .pattern = "spam" + std::to_string(i) + ".example",
                     .reason = "r"});
  }
  const auto set = RuleSet::Compile(std::move(rules));
  ASSERT_EQ(set->size(), 1000u);
  for (const std::string_view part : kHostileParts) {
    const std::string text = Repeat(part);
    for (const RuleMatch& match : set->Match(Body(text), {}, kNow))
      EXPECT_LE(match.spans.size(), kSpansMax);
  }
}

// As above: this took half a second for each text, and 10,000 rules are allowed.
TEST(RuleSetProperty, ManyRulesWithPathsOnLongPathsEndWell) {
  const std::vector<std::string> texts = {Repeat("/a", "a.b"),    Repeat("/", "a.b"),
                                          Repeat("/../a", "a.b"), Repeat(".", "a.b/a"),
                                          Repeat("a.b/a/a "),     Repeat("a.b ")};
  for (const bool alike : {false, true}) {
    std::vector<Rule> rules;
    for (std::size_t i = 0; i < kRulesMax; ++i) {
      std::string path;
      for (std::size_t k = 0; k < i % 200; ++k) path += "/a";
      if (!alike) path += "/" + std::to_string(i);
      rules.push_back({.id = std::to_string(i),
                       .kind = RuleKind::kDomain,
                       .pattern = "a.b" + path,
                       .reason = "r"});
    }
    const auto set = RuleSet::Compile(std::move(rules));
    ASSERT_EQ(set->size(), kRulesMax);
    for (int round = 0; round < 20; ++round) {
      for (const std::string& text : texts) {
        EXPECT_EQ(set->Match(Body(text), {}, kNow).empty(), !alike) << text.substr(0, 20);
      }
    }
  }
}

// What says to the rules where links, tags and escapes begin and end, put together at random.
std::string RandomUnit(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {
      "http:",  "//",      "/",      "\\",     "a",      "1",      "a.b",  ".",   "。",
      "@",      "[",       "]",      "(",      ")",      "](",     "<",    "<a ", "href=",
      "\"",     "'",       "=",      "?",      ":",      "&",      "&#4;", "%2e", " ",
      "\n",     "*",       "\u200B", "[url]",  "例",     "1.2.3.", "www.", ",",   "\u20A8",
      "https:", "[url = ", "_",      "src = ", "http://"};
  std::uniform_int_distribution<std::size_t> pick(0, kPieces.size() - 1);
  std::string unit;
  for (int n = std::uniform_int_distribution<int>(1, 5)(random); n > 0; --n)
    unit += kPieces[pick(random)];
  return unit;
}

TEST(RuleSetProperty, CostGrowsWithTheLengthOnly) {
  const auto set =
      RuleSet::Compile({{.id = "w", .kind = RuleKind::kWord, .pattern = "casino", .reason = "r"},
                        {.id = "d", .kind = RuleKind::kDomain, .pattern = "a.b", .reason = "r"}});
  const auto match = [&set](const std::string& text) { set->Match(Body(text), {}, kNow); };
  std::vector<std::string> units = {
      "=http:1。",        "src=http:a,",  "href=http:a,",  "[url]1,", "](//1,",
      "http://a,",        "(//$",         "](<http:1 ",    "http:1@", "http:a\u200B",
      "href = \"//a。b,", "] //a。b ",    "src=//a.b\"(@", "/\u200B", "= \n//a",
      "<http:$.a。b",     "[x]( //[::1]", "]:\n//x@1",     "a.b\"",   "=\"http:a"};
  std::mt19937 random(8);
  while (units.size() < 80) units.push_back(RandomUnit(random));
  for (const std::string& unit : units) {
    // A long scan may end at the text's end only.
    for (const char* end : {"", "@a.b"}) {
      EXPECT_LT(tests::CostGrowth(Repeat(unit) + end, match), tests::kLinearGrowthMax)
          << unit << end;
    }
  }
}

TEST(RuleSetProperty, RandomBytesDoNoHarm) {
  std::mt19937 random(6);
  const auto set =
      RuleSet::Compile({{.id = "w", .kind = RuleKind::kWord, .pattern = "casino", .reason = "r"},
                        {.id = "d", .kind = RuleKind::kDomain, .pattern = "a.b", .reason = "r"}});
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int n = std::uniform_int_distribution<int>(0, 60)(random); n > 0; --n) {
      text.push_back(static_cast<char>(std::uniform_int_distribution<int>(0, 255)(random)));
    }
    CommentText comment = Body(text);
    comment.author_name = comment.author_url = comment.email_domain = text;
    for (const RuleMatch& match : set->Match(comment, set->MatchNetwork(text), kNow))
      ASSERT_NE(match.rule, nullptr);
  }
}

}  // namespace
}  // namespace replyguard::service::policy
