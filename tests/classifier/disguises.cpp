#include "classifier/disguises.h"

#include <cstdlib>
#include <functional>

#include "classifier/fixtures.h"

namespace replyguard::classifier {
namespace {

using Change = std::function<std::string(std::string_view word)>;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// Changes each run of at least `letters_min` ASCII letters.
std::string ChangeWords(std::string_view text, std::size_t letters_min, const Change& change) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && IsLetter(text[end])) ++end;
    const std::string_view word = text.substr(i, std::max<std::size_t>(end - i, 1));
    out += end - i >= letters_min ? change(word) : std::string(word);
    i += word.size();
  }
  return out;
}

std::string ChangeLongWords(std::string_view text, const Change& change) {
  constexpr std::size_t kLongLettersMin = 4;
  return ChangeWords(text, kLongLettersMin, change);
}

// Each of the letters is followed by the filler; the last one only if `last`.
std::string Fill(std::string_view word, const std::string& filler, bool last) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    out += word[i];
    if (last || i + 1 < word.size()) out += filler;
  }
  return out;
}

std::string Map(const std::array<std::string, 128>& table, char c) {
  const auto at = static_cast<unsigned char>(c);
  return at < table.size() && !table[at].empty() ? table[at] : std::string(1, c);
}

std::string Swapped(std::string_view word) {
  std::string out(word);
  for (std::size_t i = 1; i + 2 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
  return out;
}

std::string WithoutInnerVowels(std::string_view word) {
  constexpr std::string_view kVowels = "aeiouAEIOU";
  std::string out(1, word.front());
  for (const char c : word.substr(1)) {
    if (kVowels.find(c) == std::string_view::npos) out += c;
  }
  return out;
}

std::string RandomCase(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += i * 7 % 3 == 0 ? Upper(text[i]) : Lower(text[i]);
  }
  return out;
}

std::string WithoutEverySecondBlank(std::string_view text) {
  std::string out;
  std::size_t blanks = 0;
  for (const char c : text) {
    if (c != ' ' || ++blanks % 2 == 0) out += c;
  }
  return out;
}

std::string Replaced(std::string text,
                     const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [from, to] : pairs) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

// A capital without an entry of its own reads the small letter's.
void ReadTable(const nlohmann::json& way, std::array<std::string, 128>* table) {
  const std::string from = way.at("from");
  const std::string to = way.at("to");
  std::size_t begin = 0;
  for (const char c : from) {
    const std::size_t end = std::min(to.find(' ', begin), to.size());
    (*table)[static_cast<unsigned char>(c)] = to.substr(begin, end - begin);
    begin = end + 1;
  }
  for (char c = 'A'; c <= 'Z'; ++c) {
    auto& capital = (*table)[static_cast<unsigned char>(c)];
    if (capital.empty()) capital = (*table)[static_cast<unsigned char>(Lower(c))];
  }
}

Disguise Read(const nlohmann::json& way) {
  Disguise disguise;
  disguise.name = way.at("name");
  disguise.kind = way.at("kind");
  disguise.of = way.value("of", "");
  disguise.caught_min = way.at("caught_min");
  disguise.filler = way.value("filler", "");
  disguise.before = way.value("before", "");
  disguise.after = way.value("after", "");
  disguise.times = way.value("times", std::size_t{1});
  if (way.contains("from")) ReadTable(way, &disguise.table);
  if (way.contains("pairs")) way.at("pairs").get_to(disguise.pairs);
  return disguise;
}

std::vector<Disguise> Load(const char* file) {
  const nlohmann::json fixture = ReadFixture(file);
  std::vector<Disguise> disguises;
  for (const auto& way : fixture.at("disguises")) disguises.push_back(Read(way));
  return disguises;
}

}  // namespace

std::string Disguise::Apply(std::string_view text) const {
  if (kind == "none") return std::string(text);
  if (kind == "letters" || kind == "alternate") {
    std::string out;
    std::size_t in_word = 0;
    for (const char c : text) {
      in_word = IsLetter(c) ? in_word + 1 : 0;
      out += kind == "alternate" && in_word % 2 == 0 ? std::string(1, c) : Map(table, c);
    }
    return out;
  }
  const auto long_words = [&](const Change& change) { return ChangeLongWords(text, change); };
  if (kind == "between") return long_words([&](auto word) { return Fill(word, filler, false); });
  if (kind == "inside") {
    return long_words([&](auto word) {
      return std::string(word.substr(0, word.size() / 2)) + filler +
             std::string(word.substr(word.size() / 2));
    });
  }
  if (kind == "after") {
    return ChangeWords(text, 1, [&](auto word) { return Fill(word, filler, true); });
  }
  if (kind == "repeated") {
    return ChangeWords(text, 1, [&](auto word) {
      std::string out;
      for (const char c : word) out += std::string(times, c);
      return out;
    });
  }
  if (kind == "reversed") {
    return long_words(
        [&](auto word) { return before + std::string(word.rbegin(), word.rend()) + after; });
  }
  if (kind == "swapped") return long_words(Swapped);
  if (kind == "vowels dropped") return long_words(WithoutInnerVowels);
  if (kind == "random case") return RandomCase(text);
  if (kind == "joined") return WithoutEverySecondBlank(text);
  if (kind == "replace") return Replaced(std::string(text), pairs);
  if (kind == "capitals") {
    std::string out;
    for (const char c : text) out += Upper(c);
    return out;
  }
  std::abort();  // a kind that nobody wrote
}

void PrintTo(const Disguise& disguise, std::ostream* out) { *out << disguise.name; }

std::string LongWords(std::string_view text) {
  std::string out;
  ChangeLongWords(text, [&](auto word) {
    out += ' ';
    return out += word;
  });
  return out;
}

std::vector<Disguise> LoadDisguises() { return Load("disguises.json"); }
std::vector<Disguise> LoadPayloadDisguises() { return Load("payloads.json"); }

std::string TestName(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (IsLetter(c) || (c >= '0' && c <= '9')) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  return out;
}

}  // namespace replyguard::classifier
