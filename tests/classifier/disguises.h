// Ways to disguise text, as fixtures/disguises.json and fixtures/payloads.json describe them.
#pragma once

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace replyguard::classifier {

// One way. Text is UTF-8 of which only ASCII letters and digits are changed; deterministic.
struct Disguise {
  std::string name;
  std::string kind;       // how the rest is read, see fixtures/disguises.json
  std::string of;         // of a payload's disguise: which payload wears it; else empty
  int caught_min = 0;     // per cent of disguised spam that must still be caught
  std::string filler;     // between, inside, after
  std::string before;     // reversed
  std::string after;      // reversed
  std::size_t times = 1;  // repeated
  std::array<std::string, 128> table;                      // letters, alternate; empty: unchanged
  std::vector<std::pair<std::string, std::string>> pairs;  // replace

  std::string Apply(std::string_view text) const;
};

void PrintTo(const Disguise& disguise, std::ostream* out);  // its name, for gtest

std::vector<Disguise> LoadDisguises();
std::vector<Disguise> LoadPayloadDisguises();

// The words of `text` that disguises of long words change, with blanks between.
std::string LongWords(std::string_view text);

// A name for gtest: letters and digits, words joined by underscores.
std::string TestName(std::string_view name);

}  // namespace replyguard::classifier
