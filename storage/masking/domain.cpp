// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/domain.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "masking/characters.h"

namespace replyguard::storage::masking {
namespace {

constexpr std::size_t kLiteralUnitsMax = 66;
constexpr std::size_t kGapUnitsMax = 8;

constexpr std::string_view kCommonEnds[] = {"com", "net", "org", "edu",  "gov",
                                            "ru",  "uk",  "fr",  "info", "jp"};
constexpr std::string_view kMailProviders[] = {
    "gmail.com",    "googlemail.com", "icloud.com",     "me.com",        "mac.com",
    "msn.com",      "ymail.com",      "rocketmail.com", "mail.com",      "email.com",
    "fastmail.com", "fastmail.fm",    "pm.me",          "proton.me",     "protonmail.com",
    "tutanota.com", "tutanota.de",    "tuta.io",        "mailbox.org",   "mail.ru",
    "ya.ru",        "rambler.ru",     "bk.ru",          "list.ru",       "inbox.ru",
    "ukr.net",      "web.de",         "t-online.de",    "freenet.de",    "arcor.de",
    "posteo.de",    "bluewin.ch",     "orange.fr",      "wanadoo.fr",    "free.fr",
    "laposte.net",  "sfr.fr",         "wp.pl",          "o2.pl",         "onet.pl",
    "interia.pl",   "seznam.cz",      "centrum.cz",     "abv.bg",        "libero.it",
    "tiscali.it",   "btinternet.com", "att.net",        "comcast.net",   "verizon.net",
    "cox.net",      "sbcglobal.net",  "bellsouth.net",  "earthlink.net", "shaw.ca",
    "bigpond.com",  "rediffmail.com", "qq.com",         "foxmail.com",   "163.com",
    "126.com",      "139.com",        "yeah.net",       "naver.com",     "daum.net",
    "hanmail.net",  "gmx.net"};
// Those that have a domain in many countries: yahoo.com, yahoo.fr, hotmail.co.uk, live.com.au.
constexpr std::string_view kNationalProviders[] = {"yahoo.", "hotmail.", "outlook.", "live.",
                                                   "aol.",   "gmx.",     "yandex.",  "zoho."};
// Ends of two letters that are bought for what they mean: live.tv.
constexpr std::string_view kNoCountries[] = {"ai", "cc", "co", "fm", "gg", "io", "ly", "me", "tv"};
constexpr std::size_t kMailProviderUnitsMax = 16;
static_assert(std::all_of(std::begin(kMailProviders), std::end(kMailProviders),
                          [](auto name) { return name.size() <= kMailProviderUnitsMax; }) &&
              std::all_of(std::begin(kNationalProviders), std::end(kNationalProviders),
                          [](auto name) { return name.size() + 6 <= kMailProviderUnitsMax; }));
// What a version has for letters alone, and what a file has that is named after one; none of them
// is where people have addresses.
constexpr std::string_view kPrereleases[] = {"alpha", "beta",   "rc",      "pre",     "preview",
                                             "next",  "canary", "nightly", "snapshot"};
constexpr std::string_view kFileEnds[] = {"js", "mjs", "cjs", "css", "json", "tgz",
                                          "gz", "whl", "jar", "exe", "rpm"};

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

// What may stand for a dot: those of characters.h's plain form, and those only a reader takes for
// one (Unicode's confusables, raised dots and bullets).
bool IsDot(char32_t c) {
  constexpr std::u32string_view kDots =
      U".\u00B7\u0387\u0701\u0702\u2022\u2027\u2219\u22C5\u30FB\uA4F8\uA60E\uFF65\U00010A50"
      U"\U0001D16D";
  return kDots.find(c) != std::u32string_view::npos;
}

bool IsEmphasis(char32_t c) { return c == U'*' || c == U'~' || c == U'`'; }

class DomainReader {
 public:
  explicit DomainReader(const std::vector<Unit>& units) : units_(units) {}

  // Labels from `begin` on, at least two.
  std::optional<Range> Name(std::size_t begin) {
    std::size_t from = begin;
    for (;;) {
      const Range label = Label(from);
      if (label.begin == label.end) break;
      Note(label);
      const std::size_t next = NextLabel(label);
      if (next == label.end) break;
      from = next;
    }
    const std::size_t labels = Count();
    if (labels < 2) return std::nullopt;
    return Range{begin, ends_[labels - 1]};
  }

 private:
  struct Shape {
    bool digits = true;     // all of them
    bool numbered = false;  // has a digit or a hyphen
    std::size_t size = 0;
    bool ascii = true;
    bool v_digits = false;
    std::string text{};  // in lower case, its first kShapeTextMax characters
  };
  static constexpr std::size_t kShapeTextMax = 12;

  char32_t At(std::size_t i) const { return CharAt(units_, i); }

  // One label, up to its last letter or digit; emphasis within the first labels belongs to the
  // text's markup.
  Range Label(std::size_t from) const {
    std::size_t end = from;
    for (std::size_t i = from;;) {
      if (IsDomainChar(At(i)) && !IsDot(At(i))) {
        if (At(i) != U'-' && At(i) != U'_') end = i + 1;
        ++i;
        continue;
      }
      std::size_t gap = i;
      while (IsEmphasis(At(gap)) && gap < i + kGapUnitsMax) ++gap;
      if (gap == i || !shapes_.empty() || !IsDomainChar(At(gap))) break;
      i = gap;
    }
    return {from, end};
  }

  void Note(Range label) {
    Shape shape;
    shape.v_digits = (At(label.begin) | 32U) == U'v';
    for (std::size_t i = label.begin; i < label.end; ++i) {
      const char32_t c = At(i);
      if (IsEmphasis(c)) continue;
      ++shape.size;
      shape.digits = shape.digits && IsDigit(c);
      shape.ascii = shape.ascii && c < 0x80;
      if (i > label.begin) shape.v_digits = shape.v_digits && IsDigit(c);
      shape.numbered = shape.numbered || IsDigit(c) || c == U'-';
      if (shape.size > kShapeTextMax) continue;
      const bool upper = c >= U'A' && c <= U'Z';
      shape.text.push_back(c < 0x80 ? static_cast<char>(upper ? c | 32U : c) : '?');
    }
    shape.v_digits = shape.v_digits && shape.size > 1;
    shapes_.push_back(shape);
    ends_.push_back(label.end);
  }

  // Where the label after the dot begins; the label's end when no dot follows.
  std::size_t NextLabel(Range label) const {
    std::size_t at = label.end;
    std::size_t dots = 0;
    bool spaced = false;
    std::size_t dot = at;
    for (; at < label.end + kGapUnitsMax; ++at) {
      const char32_t c = At(at);
      if (IsDot(c)) {
        ++dots;
        dot = at;
      } else if (IsSpace(c)) {
        spaced = true;
      } else if (!IsEmphasis(c)) {
        break;
      }
    }
    if (dots == 0 || !IsAlnumOrSymbol(At(at))) return label.end;
    if (shapes_.size() >= 2 && EndsSentence(dot)) return label.end;
    const bool doubtful = spaced || dots > 2;
    if (doubtful && !IsCommonEnd(at)) return label.end;
    return at;
  }

  static bool IsAlnumOrSymbol(char32_t c) { return IsDomainChar(c) && c != U'-'; }

  // Whether the label at `at` is one of the common ends, and the last.
  bool IsCommonEnd(std::size_t at) const {
    std::string label;
    for (; label.size() < 5 && IsAsciiAlnum(At(at)); ++at) {
      label.push_back(static_cast<char>(At(at) | 32U));
    }
    return !IsDomainChar(At(at)) && Holds(kCommonEnds, label);
  }

  // Whether the dot at `dot` is an ideographic full stop after an ASCII domain: the sentence's, not
  // the domain's.
  bool EndsSentence(std::size_t dot) const {
    return units_[dot].end - units_[dot].begin > 1 && IsAsciiAlnum(At(dot - 1)) &&
           IsSpacelessScript(At(dot + 1));
  }

  // How many of the labels are the domain's: it ends with a name, or is four numbers.
  std::size_t Count() const {
    if (shapes_.size() == 4 && std::all_of(shapes_.begin(), shapes_.end(),
                                           [](const Shape& shape) { return shape.digits; })) {
      return 4;
    }
    if (IsVersion()) return 0;
    std::size_t labels = shapes_.size();
    while (labels > 0 && (shapes_[labels - 1].digits ||
                          (shapes_[labels - 1].ascii && shapes_[labels - 1].size < 2))) {
      --labels;
    }
    return labels;
  }

  // 1.2.3, v2.0, 1.50, 1.2.0-rc.next, 3.6.0.min.js: what follows the @ of a package or a price. A
  // label that is a word, or a name in Punycode, makes it a domain: 163.com, 2020.xn--p1ai.
  bool IsVersion() const {
    if (shapes_.size() < 2 || !(shapes_[0].digits || shapes_[0].v_digits)) return false;
    if (shapes_[1].text.empty() || !IsDigit(static_cast<unsigned char>(shapes_[1].text[0]))) {
      return false;
    }
    if (shapes_.size() > 2 && Holds(kFileEnds, shapes_.back().text)) return true;
    return std::all_of(shapes_.begin() + 2, shapes_.end(), [](const Shape& shape) {
      const bool name = shape.text.starts_with("xn--");
      return !name && (shape.numbered || Holds(kPrereleases, shape.text));
    });
  }

  const std::vector<Unit>& units_;
  std::vector<Shape> shapes_;
  std::vector<std::size_t> ends_;
};

// [192.0.2.1], [IPv6:2001:db8::1]
std::optional<Range> Literal(const std::vector<Unit>& units, std::size_t begin) {
  bool parts = false;
  const std::size_t last = std::min(units.size(), begin + kLiteralUnitsMax);
  for (std::size_t i = begin + 1; i < last; ++i) {
    const char32_t c = units[i].c;
    if (c == U']') return parts ? std::optional(Range{begin, i + 1}) : std::nullopt;
    if (!IsAsciiAlnum(c) && c != U'.' && c != U':') return std::nullopt;
    parts = parts || c == U'.' || c == U':';
  }
  return std::nullopt;
}

}  // namespace

std::optional<Range> ReadDomain(const std::vector<Unit>& units, std::size_t begin) {
  if (begin < units.size() && units[begin].c == U'[') {
    if (auto literal = Literal(units, begin)) return literal;
    ++begin;  // a link's text: @[example.org](...)
  }
  return DomainReader(units).Name(begin);
}

std::string PlainDomain(const std::vector<Unit>& units, Range domain) {
  std::string plain;
  for (std::size_t i = domain.begin; i < domain.end; ++i) {
    const char32_t c = units[i].c;
    if (IsEmphasis(c) || IsSpace(c)) continue;
    if (c == U'.' && !plain.empty() && plain.back() == '.') continue;
    AppendUtf8(plain, c);
  }
  return plain;
}

bool EndsAsMostDo(const std::vector<Unit>& units, Range domain) {
  const std::string plain = PlainDomain(units, domain);
  return Holds(kCommonEnds, FoldCase(std::string_view(plain).substr(plain.rfind('.') + 1)));
}

namespace {

bool IsCountry(std::string_view end) {
  return end.size() == 2 &&
         std::all_of(end.begin(), end.end(), [](char c) { return c >= 'a' && c <= 'z'; }) &&
         !Holds(kNoCountries, end);
}

bool IsProviderName(std::string_view name) {
  if (Holds(kMailProviders, name)) return true;
  return std::any_of(std::begin(kNationalProviders), std::end(kNationalProviders),
                     [name](std::string_view provider) {
                       if (!name.starts_with(provider)) return false;
                       std::string_view end = name.substr(provider.size());
                       if (end == "com") return true;
                       for (const std::string_view second : {"co.", "com."}) {
                         if (end.starts_with(second)) return IsCountry(end.substr(second.size()));
                       }
                       return IsCountry(end);
                     });
}

}  // namespace

bool IsMailProvider(const std::vector<Unit>& units, Range domain) {
  return IsProviderName(FoldCase(PlainDomain(units, domain)));
}

bool IsMailProviderAt(const std::vector<Unit>& units, std::size_t begin) {
  const auto is_letter = [&](std::size_t at) { return IsAsciiAlnum(CharAt(units, at)); };
  const auto is_mark = [&](std::size_t at) {
    return CharAt(units, at) == U'.' || CharAt(units, at) == U'-';
  };
  std::string name;
  std::size_t end = begin;
  // A mark before a letter belongs to it; others are the sentence's ("gmail.com...").
  for (; name.size() <= kMailProviderUnitsMax; ++end) {
    if (!is_letter(end) && !(is_mark(end) && is_letter(end + 1))) break;
    name.push_back(static_cast<char>(FoldChar(CharAt(units, end))));
  }
  if (!IsProviderName(name)) return false;
  const char32_t next = CharAt(units, is_mark(end) ? end + 1 : end);
  return !IsAlnum(next) || IsSpacelessScript(next);
}

bool BeginsWithMailProvider(std::string_view text) {
  const auto begins = [text](std::string_view provider) { return BeginsWith(text, provider); };
  return std::any_of(std::begin(kMailProviders), std::end(kMailProviders), begins) ||
         std::any_of(std::begin(kNationalProviders), std::end(kNationalProviders), begins);
}

}  // namespace replyguard::storage::masking
