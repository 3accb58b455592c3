#include "views/gram_views.h"

namespace replyguard::classifier {
namespace {

void Begin(Squeezed* out) {
  out->text.assign(1, U' ');
  out->origin.assign(1, Squeezed::kNoOrigin);
}

void Push(char32_t c, std::uint32_t origin, Squeezed* out) {
  out->text.push_back(c);
  out->origin.push_back(origin);
}

void End(Squeezed* out) {
  if (out->text.back() != U' ') Push(U' ', Squeezed::kNoOrigin, out);
}

}  // namespace

void SqueezeFolded(const Text& text, Squeezed* out) {
  Begin(out);
  for (std::uint32_t i = 0; i < text.folded.size(); ++i) {
    const bool space = text.source[text.origin[i]].info->kind == CharKind::kSpace;
    if (space && out->text.back() == U' ') continue;
    Push(space ? U' ' : text.folded[i], text.origin[i], out);
  }
  End(out);
}

void SqueezeSource(const Text& text, Squeezed* out) {
  Begin(out);
  for (std::uint32_t i = 0; i < text.source.size(); ++i) {
    const bool space = text.source[i].info->kind == CharKind::kSpace;
    if (space && out->text.back() == U' ') continue;
    Push(space ? U' ' : text.source[i].c, i, out);
  }
  End(out);
}

void SqueezeCompact(const Text& text, Squeezed* out) {
  Begin(out);
  const auto is_word = [&](std::size_t i) {
    return i < text.folded.size() && IsWordChar(text.source[text.origin[i]].info->kind);
  };
  for (std::uint32_t i = 0; i < text.folded.size(); ++i) {
    // A mark reads as a letter only between letters: f@ce, but not wow!
    if (!is_word(i) && !(ReadLeet(text.folded[i]) != text.folded[i] && i > 0 && is_word(i - 1) &&
                         is_word(i + 1))) {
      continue;
    }
    const char32_t c = ReadLeet(text.folded[i]);
    if (c != out->text.back()) Push(c, text.origin[i], out);
  }
  End(out);
}

void AddGrams(const Squeezed& squeezed, View view, std::size_t n, Sink* sink) {
  ForEachGram(squeezed.text, view, n, [&](std::size_t i, std::uint64_t hash) {
    sink->AddLazily(view, hash, [&] {
      std::size_t first = i;
      std::size_t last = i + n - 1;
      while (first < last && squeezed.origin[first] == Squeezed::kNoOrigin) ++first;
      while (last > first && squeezed.origin[last] == Squeezed::kNoOrigin) --last;
      return Trace{.first = squeezed.origin[first], .last = squeezed.origin[last]};
    });
  });
}

}  // namespace replyguard::classifier
