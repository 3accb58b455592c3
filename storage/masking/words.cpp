// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "masking/characters.h"
#include "masking/domain.h"

namespace replyguard::storage::masking {
namespace {

constexpr std::size_t kGapUnitsMax = 4;
constexpr std::size_t kLabelUnitsMax = 63;
constexpr int kLabelsMax = 8;
constexpr std::size_t kLocalDotsMax = 3;
constexpr std::size_t kSpacedUnitsMax = 128;     // with the spaces
constexpr std::size_t kSpacedCharsMin = 2;       // of a local part
constexpr std::size_t kSpacedCharsAloneMin = 3;  // where the domain is not spaced
constexpr char32_t kTaken = 0x7FFF'FFFF;         // no character

// The words for the two signs, folded, in the languages that have one of their own.
constexpr std::u32string_view kAtWords[] = {U"@",      U"at",      U"ät",         U"aet",
                                            U"arroba", U"arobase", U"chiocciola", U"klammeraffe",
                                            U"собака", U"эт"};
constexpr std::u32string_view kDotWords[] = {U".",     U"dot",   U"d0t",   U"punkt", U"punto",
                                             U"ponto", U"point", U"точка", U"period"};
// In UTF-8, as a text may begin a word with it. Of @ without itself.
constexpr std::string_view kAtWordBytes[] = {
    "at",          "ät",     "Ät",     "aet",    "arroba", "arobase", "chiocciola",
    "klammeraffe", "собака", "Собака", "СОБАКА", "эт",     "Эт",      "ЭТ"};
constexpr std::string_view kDotWordBytes[] = {"dot",   "d0t",   "punkt", "punto", "ponto",
                                              "point", "точка", "Точка", "ТОЧКА", "period"};
// With which the domains of most addresses end, but for those that are words of prose ("in", "me").
constexpr std::u32string_view kEnds[] = {
    U"com", U"net", U"org", U"edu", U"gov", U"info", U"biz", U"io", U"co", U"de",  U"uk",
    U"fr",  U"ru",  U"jp",  U"es",  U"nl",  U"pl",   U"br",  U"au", U"ca", U"eu",  U"ch",
    U"cz",  U"se",  U"dk",  U"fi",  U"pt",  U"gr",   U"hu",  U"ro", U"ua", U"tr",  U"mx",
    U"ar",  U"cl",  U"cn",  U"kr",  U"app", U"dev",  U"xyz", U"ру", U"рф", U"ком", U"укр"};
// "I worked at a dot com", "at this point": what stands before a word for a dot in prose.
constexpr std::u32string_view kBeforeProse[] = {
    U"a",     U"an",    U"the",  U"this", U"that", U"my",   U"our", U"your",    U"their",
    U"his",   U"her",   U"its",  U"one",  U"no",   U"some", U"any", U"another", U"each",
    U"every", U"which", U"what", U"el",   U"il",   U"le",   U"der", U"die",     U"das"};
// "I looked at gmail.com", "mail me at gmail.com": whoever has a mailbox there is named otherwise.
constexpr std::u32string_view kBeforeProvider[] = {
    U"account", U"accounts", U"address", U"email",   U"emails",  U"inbox", U"look",
    U"looked",  U"looking",  U"mail",    U"mails",   U"mailbox", U"me",    U"support",
    U"us",      U"people",   U"someone", U"i",       U"is",      U"are",   U"was",
    U"work",    U"works",    U"worked",  U"working", U"hosted",  U"him",   U"them"};

// One that the text has itself: those of a URL's path are escaped.
bool IsPlainSpace(const Unit& unit) {
  return IsSpace(unit.c) && (unit.c >= 0x80 || unit.end - unit.begin == 1);
}

class WordReader {
 public:
  explicit WordReader(std::vector<Unit>& units) : units_(units) {}

  void Run() {
    for (std::size_t i = 0; i < units_.size();) {
      if (units_[i].c == U'@') {
        Domain(i + 1, false);
        ++i;
        continue;
      }
      const std::size_t end = WordEnd(i);
      if (end != i) At({i, end});
      i = std::max(end, i + 1);
    }
    if (!signs_.empty()) Apply();
  }

 private:
  // Units [begin, end) are one sign.
  struct Sign {
    std::size_t begin;
    std::size_t end;
    char32_t c;
  };

  char32_t CharOf(std::size_t i) const { return CharAt(units_, i); }

  std::size_t WordEnd(std::size_t i) const {
    while (i < units_.size() && IsAlnum(units_[i].c)) ++i;
    return i;
  }

  std::u32string Word(Range range) const {
    std::u32string word;
    if (range.end - range.begin > kWordUnitsMax) return word;
    for (std::size_t i = range.begin; i < range.end; ++i) word.push_back(FoldChar(units_[i].c));
    return word;
  }

  // What tells a gap between words from other marks: john_at_example_dot_com.
  static bool IsGap(const Unit& unit) { return IsPlainSpace(unit) || unit.c == U'_'; }

  // Behind the spaces and marks at `i`; nothing where none is a gap's, or too much.
  std::optional<std::size_t> AfterGap(std::size_t i) const {
    bool spaced = false;
    std::size_t end = i;
    for (; end < units_.size() && (IsPlainSpace(units_[end]) || IsWordMark(units_[end].c)); ++end) {
      if (end == i + kGapUnitsMax) return std::nullopt;
      spaced = spaced || IsGap(units_[end]);
    }
    return spaced ? std::optional(end) : std::nullopt;
  }

  std::optional<std::size_t> BeforeGap(std::size_t i) const {
    bool spaced = false;
    std::size_t begin = i;
    for (; begin > 0 && (IsPlainSpace(units_[begin - 1]) || IsWordMark(units_[begin - 1].c));
         --begin) {
      if (begin + kGapUnitsMax == i) return std::nullopt;
      spaced = spaced || IsGap(units_[begin - 1]);
    }
    return spaced && begin > 0 && IsAlnum(units_[begin - 1].c) ? std::optional(begin)
                                                               : std::nullopt;
  }

  void At(Range range) {
    if (!MayBeginAtWord(units_[range.begin].c)) return;
    const std::u32string word = Word(range);
    if (!IsAtWord(word)) return;
    const auto begin = BeforeGap(range.begin);
    const auto end = AfterGap(range.end);
    if (!begin || !end) return;
    const std::size_t place = signs_.size();
    AddDotsBefore(*begin);
    signs_.push_back({*begin, *end, U'@'});
    if (!Domain(*end, word == U"at") && !IsMailbox(*begin, *end)) signs_.resize(place);
  }

  // "john at gmail.com": what ends at `local`, and the domain at `domain`.
  bool IsMailbox(std::size_t local, std::size_t domain) const {
    if (!IsMailProviderAt(units_, domain)) return false;
    const std::u32string word = Word({WordBegin(local, kWordUnitsMax + 1), local});
    return !Holds(kBeforeProse, word) && !Holds(kBeforeProvider, word);
  }

  // "john dot doe", which ends at `end`.
  void AddDotsBefore(std::size_t end) {
    std::vector<Sign> dots;
    for (std::size_t parts = 0; parts < kLocalDotsMax; ++parts) {
      const std::size_t part = WordBegin(end, kLabelUnitsMax);
      const auto after = BeforeGap(part);
      if (!after) break;
      const std::size_t begin = WordBegin(*after, kWordUnitsMax + 1);
      if (!IsDotWord(Word({begin, *after}))) break;
      const auto before = BeforeGap(begin);
      if (!before) break;
      dots.push_back({*before, part, U'.'});
      end = *before;
    }
    signs_.insert(signs_.end(), dots.rbegin(), dots.rend());
  }

  std::size_t WordBegin(std::size_t end, std::size_t units_max) const {
    std::size_t begin = end;
    while (begin > 0 && begin + units_max > end && IsAlnum(units_[begin - 1].c)) --begin;
    return begin;
  }

  // Whether a domain with dots in words is at `i`; they become signs. After "at", which is a word
  // of prose, "point" is one, too.
  bool Domain(std::size_t i, bool in_prose) {
    i = AfterGap(i).value_or(i);
    bool found = false;
    bool spoken = false;
    std::size_t good = signs_.size();  // those that belong to the longest domain there is
    for (int labels = 0; labels < kLabelsMax; ++labels) {
      const Range label{i, LabelEnd(i)};
      const std::u32string word = Word(label);
      if (spoken && Holds(kEnds, word)) {
        found = true;
        good = signs_.size();
      }
      const auto dot = label.begin == label.end ? std::nullopt : Dot(label.end, in_prose);
      if (!dot) break;
      const bool literal = CharOf(label.end) == U'.';
      if (!literal && Holds(kBeforeProse, word)) break;
      // "[.]", too.
      spoken = spoken || !literal || units_[label.end].end - units_[label.end].begin > 1;
      if (!literal) signs_.push_back(*dot);
      i = dot->end;
    }
    signs_.resize(good);
    return found;
  }

  std::size_t LabelEnd(std::size_t begin) const {
    std::size_t end = begin;
    for (std::size_t i = begin; i < begin + kLabelUnitsMax && i < units_.size(); ++i) {
      if (IsAlnum(units_[i].c)) {
        end = i + 1;
      } else if (units_[i].c != U'-') {
        break;
      }
    }
    return end;
  }

  std::optional<Sign> Dot(std::size_t i, bool in_prose) const {
    if (CharOf(i) == U'.') {
      if (!IsAlnum(CharOf(i + 1))) return std::nullopt;
      return Sign{i, i + 1, U'.'};
    }
    // A slip of the finger: john@example,com.
    if (CharOf(i) == U',' && !in_prose && IsAlnum(CharOf(i + 1))) return Sign{i, i + 1, U'.'};
    const auto begin = AfterGap(i);
    if (!begin) return std::nullopt;
    const Range range{*begin, WordEndWithin(*begin)};
    const std::u32string word = Word(range);
    if (!IsDotWord(word) || (in_prose && (word == U"point" || word == U"period"))) {
      return std::nullopt;
    }
    const auto end = AfterGap(range.end);
    if (!end) return std::nullopt;
    return Sign{i, *end, U'.'};
  }

  std::size_t WordEndWithin(std::size_t i) const {
    std::size_t end = i;
    while (end < units_.size() && end <= i + kWordUnitsMax && IsAlnum(units_[end].c)) ++end;
    return end;
  }

  void Apply() {
    std::vector<Unit> read;
    read.reserve(units_.size());
    std::size_t done = 0;
    for (const Sign& sign : signs_) {
      if (sign.begin < done) continue;
      read.insert(read.end(), units_.begin() + static_cast<std::ptrdiff_t>(done),
                  units_.begin() + static_cast<std::ptrdiff_t>(sign.begin));
      read.push_back({sign.c, units_[sign.begin].begin, units_[sign.end - 1].end});
      done = sign.end;
    }
    read.insert(read.end(), units_.begin() + static_cast<std::ptrdiff_t>(done), units_.end());
    units_ = std::move(read);
  }

  std::vector<Unit>& units_;
  std::vector<Sign> signs_;
};

// j o h n @ e x a m p l e . c o m
class Spaced {
 public:
  explicit Spaced(std::vector<Unit>& units) : units_(units) {}

  void Tighten() {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].c == U'@') Around(i);
    }
    std::erase_if(units_, [](const Unit& unit) { return unit.c == kTaken; });
  }

 private:
  bool IsSpaceAt(std::size_t i) const {
    return i < units_.size() && (units_[i].c == kTaken || IsPlainSpace(units_[i]));
  }
  bool IsPartAt(std::size_t i) const {
    return IsLocalChar(units_[i].c) || IsDomainChar(units_[i].c);
  }

  void Around(std::size_t sign) {
    std::size_t begin = sign;
    while (begin >= 2 && begin + kSpacedUnitsMax > sign && IsSpaceAt(begin - 1) &&
           IsPartAt(begin - 2) && (begin == 2 || !IsAlnum(units_[begin - 3].c))) {
      begin -= 2;
    }
    std::size_t last = sign;
    std::size_t dot = 0;
    while (last + 2 < units_.size() && last < sign + kSpacedUnitsMax && IsSpaceAt(last + 1) &&
           IsPartAt(last + 2) && !IsAlnum(CharAt(units_, last + 3))) {
      last += 2;
      if (units_[last].c == U'.' && dot == 0) dot = last;
    }
    // The end of a domain has two letters at least; less is arithmetic, or a price.
    const bool domain = dot > sign + 2 && dot + 4 <= last;
    const std::size_t chars = (sign - begin) / 2;
    const bool local = chars >= (domain ? kSpacedCharsMin : kSpacedCharsAloneMin);
    if (local) Take(begin, sign);
    // What is left at the @ tells an address from a handle, whose name follows at once.
    if (domain) Take(local ? sign : sign + 2, last);
  }

  // The spaces between; every second character is one.
  void Take(std::size_t begin, std::size_t last) {
    for (std::size_t i = begin + 1; i < last; i += 2) units_[i].c = kTaken;
  }

  std::vector<Unit>& units_;
};

// "at gmail.com", the domain in ASCII.
bool MayBeMailbox(std::string_view text) {
  constexpr std::size_t kGapBytesMax = 8;
  for (const std::string_view word : kAtWordBytes) {
    if (!BeginsWith(text, word)) continue;
    std::size_t end = word.size();
    while (end < text.size() && end < word.size() + kGapBytesMax &&
           !IsAsciiAlnum(static_cast<unsigned char>(text[end]))) {
      ++end;
    }
    return end > word.size() && BeginsWithMailProvider(text.substr(end));
  }
  return false;
}

}  // namespace

bool IsAtWord(std::u32string_view word) { return Holds(kAtWords, word); }

bool IsDotWord(std::u32string_view word) { return Holds(kDotWords, word); }

bool MayBeginAtWord(char32_t c) {
  constexpr std::u32string_view kFirst = U"aAäÄcCkKсСэЭ";
  return kFirst.find(c) != std::u32string_view::npos;
}

bool IsWordMark(char32_t c) {
  constexpr std::u32string_view kMarks = U"-_*/|~'\"`=+:<>()[]{}";
  return kMarks.find(c) != std::u32string_view::npos;
}

void ReadWords(std::vector<Unit>& text) {
  Spaced(text).Tighten();
  WordReader(text).Run();
}

bool MayHoldWords(std::string_view text) {
  constexpr std::string_view kBrackets = "([{<";
  constexpr std::array<bool, 256> kIsFirst = BytesOf("dDpPaAcCkK\xC3\xD1\xD0");
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && at > 0 && kBrackets.find(text[at - 1]) != std::string_view::npos) return true;
    if (!kIsFirst[static_cast<unsigned char>(c)]) continue;
    if (at > 0 && IsAsciiAlnum(static_cast<unsigned char>(text[at - 1]))) continue;
    for (const std::string_view word : kDotWordBytes) {
      if (BeginsWith(text.substr(at), word)) return true;
    }
    if (MayBeMailbox(text.substr(at))) return true;
  }
  return false;
}

}  // namespace replyguard::storage::masking
