#include "views/link_view.h"

#include <algorithm>
#include <array>

namespace replyguard::classifier {
namespace {

constexpr std::array<std::u32string_view, 62> kTopLevels = {
    U"com", U"net",  U"org",  U"info",   U"biz",  U"io",   U"co",   U"me",    U"tv",
    U"ly",  U"gl",   U"be",   U"uk",     U"us",   U"de",   U"fr",   U"es",    U"it",
    U"nl",  U"pl",   U"ru",   U"ua",     U"by",   U"kz",   U"su",   U"br",    U"in",
    U"id",  U"cn",   U"jp",   U"kr",     U"au",   U"ca",   U"eu",   U"ch",    U"at",
    U"cz",  U"se",   U"no",   U"dk",     U"fi",   U"gr",   U"tr",   U"ir",    U"xyz",
    U"top", U"club", U"site", U"online", U"shop", U"live", U"link", U"click", U"vip",
    U"win", U"life", U"cc",   U"ws",     U"to",   U"gg",   U"app",  U"dev"};

constexpr std::u32string_view kHttps = U"https://";
constexpr std::u32string_view kHttp = U"http://";
constexpr std::u32string_view kWww = U"www.";

// What every link, tag and number has.
constexpr CharTraits kBeginsLink = kSign | kReadsAsDigit;

bool IsHostChar(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || c == U'-' || c == U'.';
}
bool IsUrlEnd(char32_t c) {
  return c <= U' ' || c == U'"' || c == U'<' || c == U'>' || c == U')' || c == 0xA0;
}
// How far letters are looked for that stand for digits of a number.
constexpr std::uint32_t kNumberCharactersMax = 32;

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool EndsInTopLevel(std::u32string_view host) {
  const auto dot = host.rfind(U'.');
  if (dot == std::u32string_view::npos || dot < 2) return false;
  return std::find(kTopLevels.begin(), kTopLevels.end(), host.substr(dot + 1)) != kTopLevels.end();
}

class LinkScanner {
 public:
  LinkScanner(const Text& text, Sink* sink) : text_(text), all_(text.reading()), sink_(sink) {}

  std::size_t Run() {
    std::uint32_t i = 0;
    while (i < all_.size()) {
      const std::uint32_t sign = NextSign(i);
      // A URL begins before its sign, at the host character that follows none.
      std::uint32_t begin = sign;
      while (begin > i && IsHostChar(all_[begin - 1])) --begin;
      if (sign == all_.size()) break;
      if (const std::uint32_t end = UrlAt(begin); end != 0) {
        i = end;
      } else if (all_[sign] == U'@' || all_[sign] == U'#') {
        i = TagAt(sign);
      } else if (IsDigit(all_[sign])) {
        i = NumberAt(sign);
      } else {
        i = sign + 1;
      }
    }
    return links_;
  }

 private:
  // The first place from i on where there may be something: a tag, a digit, or what every URL has,
  // a dot within a host or a colon before a slash. The end if there is none.
  std::uint32_t NextSign(std::uint32_t i) const {
    const char32_t* const at = all_.data();
    const CharTraits* const traits = text_.traits.data();
    const auto size = static_cast<std::uint32_t>(all_.size());
    for (; i < size; ++i) {
      if ((traits[i] & kBeginsLink) == 0) continue;
      if (at[i] != U'.' && at[i] != U':') return i;
      if (i + 1 == size) continue;
      if (at[i] == U':' ? at[i + 1] == U'/' : IsHostChar(at[i + 1]) && at[i + 1] != U'.') return i;
    }
    return size;
  }

  void Emit(std::uint64_t kind, std::uint32_t begin, std::uint32_t end) {
    if (begin >= end) return;
    const Word place{begin, end};
    AddWordPlaced(text_, View::kLink,
                  HashCodePoints(MixHash(Sink::Seed(View::kLink), kind), Slice(text_, place)),
                  place, sink_);
  }

  std::uint32_t HostEnd(std::uint32_t i) const {
    while (i < all_.size() && IsHostChar(all_[i])) ++i;
    return i;
  }

  // Where the host begins in what follows a scheme: behind the user and password, if any.
  std::uint32_t BehindUser(std::uint32_t begin) const {
    std::uint32_t host = begin;
    for (std::uint32_t i = begin; i < all_.size() && !IsUrlEnd(all_[i]); ++i) {
      if (all_[i] == U'/' || all_[i] == U'?' || all_[i] == U'#') break;
      if (all_[i] == U'@') host = i + 1;
    }
    return host;
  }

  // If a URL or bare domain begins at i: its features and its end; else 0.
  std::uint32_t UrlAt(std::uint32_t i) {
    if (i > 0 && IsHostChar(all_[i - 1])) return 0;
    if (!IsHostChar(all_[i]) || all_[i] == U'.') return 0;
    std::uint32_t host = i;
    bool scheme = false;
    for (const std::u32string_view prefix : {kHttps, kHttp, kWww}) {
      if (all_.substr(host, prefix.size()) == prefix) {
        host += static_cast<std::uint32_t>(prefix.size());
        scheme = true;
      }
    }
    std::uint32_t host_end = HostEnd(host);
    if (scheme && host_end < all_.size() && (all_[host_end] == U'@' || all_[host_end] == U':')) {
      host = BehindUser(host);
      if (all_.substr(host, kWww.size()) == kWww) host += static_cast<std::uint32_t>(kWww.size());
      host_end = HostEnd(host);
    }
    while (host_end > host && !IsDigit(all_[host_end - 1]) &&
           (all_[host_end - 1] == U'.' || all_[host_end - 1] == U'-')) {
      --host_end;
    }
    const std::u32string_view name = all_.substr(host, host_end - host);
    if (host_end == host || (!scheme && !EndsInTopLevel(name))) return 0;
    ++links_;
    sink_->AddNamed(View::kLink, scheme ? FeatureName("a URL") : FeatureName("a bare domain"));
    Emit(1, host, host_end);
    const auto dot = name.rfind(U'.');
    if (dot != std::u32string_view::npos) {
      const auto second = name.rfind(U'.', dot - 1);
      Emit(2, host + static_cast<std::uint32_t>(dot), host_end);
      if (dot > 0 && second != std::u32string_view::npos)
        Emit(1, host + static_cast<std::uint32_t>(second) + 1, host_end);
    }
    const std::uint32_t end = PathAt(host_end);
    sink_->AddLink({i, std::min(end, static_cast<std::uint32_t>(all_.size()))});
    return end;
  }

  // The words of what follows a host.
  std::uint32_t PathAt(std::uint32_t i) {
    std::uint32_t begin = i;
    bool any = false;
    while (i < all_.size() && !IsUrlEnd(all_[i])) {
      const bool in_word = IsHostChar(all_[i]) && all_[i] != U'-' && all_[i] != U'.';
      if (!in_word) {
        Emit(3, begin, i);
        begin = i + 1;
      }
      any = true;
      ++i;
    }
    Emit(3, begin, i);
    if (any) sink_->AddNamed(View::kLink, "a URL with a path");
    return std::max(i, begin);
  }

  std::uint32_t TagAt(std::uint32_t i) {
    std::uint32_t end = i + 1;
    while (end < all_.size() && (IsHostChar(all_[end]) || all_[end] == U'_' || all_[end] >= 0x80))
      ++end;
    if (end > i + 1) {
      sink_->AddNamed(View::kLink,
                      all_[i] == U'@' ? FeatureName("an @handle") : FeatureName("a #tag"));
      Emit(4, i, end);
    }
    return end;
  }

  // Whether this is a digit, or a letter in the place of one: O, l, S.
  bool ReadsAsDigit(std::uint32_t i) const { return IsDigit(ReadDigit(all_[i])); }

  // The end of the digits, and letters in the place of some, that begin at i if no other letter
  // follows; else i.
  std::uint32_t DigitsEnd(std::uint32_t i) const {
    const auto most = static_cast<std::uint32_t>(
        std::min<std::size_t>(all_.size(), i + std::size_t{kNumberCharactersMax}));
    std::uint32_t end = i;
    while (end < most && ReadsAsDigit(end)) ++end;
    return end < all_.size() && IsWordChar(text_.traits[end]) ? i : end;
  }

  // Where the number begins whose first digit is at i: letters in the place of digits may precede.
  std::uint32_t NumberBegin(std::uint32_t i) const {
    const std::uint32_t least = i - std::min(i, kNumberCharactersMax);
    std::uint32_t begin = i;
    while (begin > least && ReadsAsDigit(begin - 1)) --begin;
    return DigitsEnd(begin) == begin || (begin > 0 && IsWordChar(text_.traits[begin - 1])) ? i
                                                                                           : begin;
  }

  // A number with its separators: how many digits, which if they are many, whether it is a price.
  std::uint32_t NumberAt(std::uint32_t i) {
    constexpr std::uint64_t kPhoneDigitsMin = 7;
    constexpr std::uint64_t kDigitsMax = 14;
    constexpr std::uint32_t kSeparatorsMax = 2;
    std::uint64_t digits = 0;
    std::uint64_t hash = MixHash(Sink::Seed(View::kLink), 5);
    const std::uint32_t begin = NumberBegin(i);
    std::uint32_t end = begin;                     // of what was read
    std::uint32_t last = begin;                    // digit
    std::uint32_t letters_end = DigitsEnd(begin);  // up to here letters read as digits
    for (; end < all_.size() && end - last <= kSeparatorsMax + 1; ++end) {
      const char32_t c = all_[end];
      if (IsDigit(c) || end < letters_end) {
        if (end > last + 1) letters_end = DigitsEnd(end);
        ++digits;
        last = end;
        hash = MixHash(hash, ReadDigit(c));
      } else if (c != U' ' && c != U'-' && c != U'.' && c != U'(' && c != U')') {
        break;
      }
    }
    sink_->AddNamed(View::kLink, "digits of a number", std::min(digits, kDigitsMax));
    if (digits >= kPhoneDigitsMin)
      AddWordPlaced(text_, View::kLink, hash, {begin, last + 1}, sink_);
    const auto is_money = [&](std::size_t at) {
      return at < all_.size() &&
             (all_[at] == U'$' || all_[at] == U'%' || (all_[at] >= 0xA2 && all_[at] <= 0xA5) ||
              (all_[at] >= 0x20A0 && all_[at] <= 0x20CF));
    };
    if ((begin > 0 && is_money(begin - 1)) || is_money(last + 1)) {
      sink_->AddNamed(View::kLink, "a price");
    }
    return last + 1;
  }

  const Text& text_;
  std::u32string_view all_;
  Sink* sink_;
  std::size_t links_ = 0;
};

}  // namespace

std::size_t AddLinks(const Text& text, const Words& words, Sink* sink) {
  if ((words.text_traits & kBeginsLink) == 0) return 0;
  return LinkScanner(text, sink).Run();
}

}  // namespace replyguard::classifier
