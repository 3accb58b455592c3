#include <algorithm>
#include <string>

#include "views/reveal.h"

namespace replyguard::classifier {
namespace {

constexpr struct {
  std::u32string_view signs;
  char32_t letter;
} kSignLetters[] = {
    // Longer ones first.
    {U"/\\/\\", U'm'}, {U"\\/\\/", U'w'}, {U"|\\/|", U'm'}, {U"|\\|", U'n'}, {U"|-|", U'h'},
    {U"|_|", U'u'},    {U"/-\\", U'a'},   {U"/\\", U'a'},   {U"\\/", U'v'},  {U"|)", U'd'},
    {U"|>", U'p'},     {U"|=", U'f'},     {U"|<", U'k'},    {U"|3", U'b'},   {U"|2", U'r'},
    {U"|_", U'l'},     {U"()", U'o'},     {U"><", U'x'},    {U"<", U'c'},    {U"#", U'h'},
};

// What a stretch without blanks reads as. Empty if something in it is no letter, or no letter in it
// is made of several signs, among them a bar or backslash, which hardly stand for anything else.
std::u32string Read(std::u32string_view token) {
  constexpr std::size_t kLettersMin = 4;
  std::u32string letters;
  bool any_signs = false;
  for (std::size_t i = 0; i < token.size();) {
    const auto found =
        std::find_if(std::begin(kSignLetters), std::end(kSignLetters),
                     [&](const auto& of) { return token.substr(i).starts_with(of.signs); });
    if (found != std::end(kSignLetters)) {
      any_signs =
          any_signs || (found->signs.size() > 1 && found->signs != U"()" && found->signs != U"><");
      letters += found->letter;
      i += found->signs.size();
      continue;
    }
    const char32_t letter = ReadLeet(token[i++]);
    if (letter < U'a' || letter > U'z') return {};
    letters += letter;
  }
  return any_signs && letters.size() >= kLettersMin ? letters : std::u32string();
}

}  // namespace

void RevealSignLetters(const Text& text, const Words& words, Revealer* revealer) {
  constexpr std::uint32_t kTokenMax = 80;  // characters: twenty letters of four signs
  constexpr std::u32string_view kEnds = U".,;:!?\"'";
  if ((words.text_traits & kBar) == 0) return;
  const std::u32string_view all = text.reading();
  const auto size = static_cast<std::uint32_t>(all.size());
  for (std::uint32_t begin = 0; begin < size; ++begin) {
    std::uint32_t end = begin;
    while (end < size && !IsSpace(text.traits[end])) ++end;
    std::uint32_t last = end;
    while (last > begin && kEnds.find(all[last - 1]) != std::u32string_view::npos) --last;
    if (last > begin && last - begin <= kTokenMax) {
      const std::u32string word = Read(all.substr(begin, last - begin));
      if (!word.empty()) {
        revealer->AddAlone(word, {begin, last});
        revealer->AddCompact(word, {begin, last});
      }
    }
    begin = end;
  }
}

}  // namespace replyguard::classifier
