#include "normalise/needed_invisibles.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

bool IsIgnorable(CharTraits traits) { return (traits & TraitOf(CharKind::kIgnorable)) != 0; }

bool IsIn(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

// But the overrides.
bool MarksDirection(char32_t c) {
  return c == 0x200E || c == 0x200F || c == 0x061C || IsIn(c, 0x202A, 0x202C) ||
         IsIn(c, 0x2066, 0x2069);
}

// What stands around an invisible character, past others.
struct Around {
  char32_t before = 0;  // the next character to the left, seen or not
  bool before_is_needed = false;
  CharTraits left = 0;
  CharTraits right = 0;
};

bool IsNeeded(char32_t c, const Around& around, bool right_to_left) {
  constexpr CharTraits kUnspaced = TraitOf(ScriptGroup::kIdeographic);
  constexpr CharTraits kPictures =
      TraitOf(CharKind::kEmoji) | TraitOf(CharKind::kSymbol) | TraitOf(CharKind::kPunctuation);
  constexpr char32_t kBlackFlag = 0x1F3F4;
  if (c == 0x200C || c == 0x200D) return (around.left & kJoins) != 0;
  if (c == 0x200B) return (around.left & around.right & kUnspaced) != 0;
  // A keycap's digit has one too; its own mark follows.
  if (c == 0xFE0E || c == 0xFE0F) {
    return (around.left & (kPictures | kUnspaced)) != 0 ||
           (around.right & TraitOf(CharKind::kMark)) != 0;
  }
  if (IsIn(c, 0xE0020, 0xE007F)) return around.before == kBlackFlag || around.before_is_needed;
  return right_to_left && MarksDirection(c);
}

}  // namespace

void KeepNeededInvisibles(Text* text) {
  constexpr char32_t kByteOrderMark = 0xFEFF;
  const auto& source = text->source;
  auto& traits = text->origins_traits;
  const std::size_t size = source.size();
  const bool right_to_left = std::any_of(traits.begin(), traits.end(),
                                         [](CharTraits of) { return (of & kRightToLeft) != 0; });
  Around around;
  std::size_t right = 0;  // the first that is seen, from here on
  for (std::size_t i = 0; i < size; ++i) {
    const char32_t c = source[i];
    if (!IsIgnorable(traits[i]) || c == kHiddenMarkup) {
      around = {.before = c, .left = traits[i]};
      continue;
    }
    right = std::max(right, i);
    while (right < size && IsIgnorable(traits[right])) ++right;
    around.right = right < size ? traits[right] : 0;
    const bool needed = (i == 0 && c == kByteOrderMark) || IsNeeded(c, around, right_to_left);
    if (needed) traits[i] = TraitOf(CharKind::kOther);
    around.before = c;
    around.before_is_needed = needed;
  }
}

}  // namespace replyguard::classifier
