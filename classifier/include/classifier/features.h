// The features of one comment: for each view a set of 64-bit hashes, held or not held (binary).
//
// A feature's hash already carries its view, so hashes of different views do not meet. Within a
// view they are unique, in the order in which the text first shows them.
//
// Thread-safety: a value type; const methods may run concurrently.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace replyguard::classifier {

// A change of anything that decides a feature's hash raises this number: counts of one version mean
// nothing to another, and Fold::Deserialize refuses them.
inline constexpr std::uint32_t kExtractorVersion = 8;

// No document yields more features than this in one view; what comes after is dropped,
// deterministically.
inline constexpr std::size_t kViewFeaturesMax = 16'384;

enum class View : std::uint8_t {
  kChar3,  // character 3-grams of the undisguised text, in either direction
  kChar4,
  kCompact,    // 4-grams of consonants and digits alone, leetspeak read, repeats squeezed
  kWord,       // words of the undisguised text, and with digits masked
  kLink,       // hosts and paths of URLs, bare domains, @handles, #tags, numbers
  kDisguise,   // what disguised words hide, and that they hide it
  kWordPair,   // neighbouring words, the text's ends among them
  kShape,      // length, capitals, digits, emoji, links, scripts, as log buckets
  kShapePair,  // pairs of shape features
  kAuthor,     // the author's name: words, character 4-grams, shape
  kContext,    // email domain, website, user agent, language, timing, honeypot
  kSketch,     // words by their consonants, read where the word is not known: see SketchedWord
};
inline constexpr std::size_t kViewCount = 12;

// A sketch stands in for a word of the same comment that a model does not know. Which word is in
// the bits of its hash that no table keeps (counts/feature_table.h): an index into View::kWord, or,
// if it stands for none, what is beyond all of them.
inline constexpr std::uint64_t kSketchedWordMask = 0xffff;
inline constexpr std::uint64_t kNoSketchedWord = kSketchedWordMask;
static_assert(kViewFeaturesMax <= kNoSketchedWord);
inline std::size_t SketchedWord(std::uint64_t hash) { return hash & kSketchedWordMask; }

// A short English name, e.g. "word pair".
const char* ViewName(View view);

class Features {
 public:
  Features() = default;

  std::span<const std::uint64_t> view(View view) const {
    const auto index = static_cast<std::size_t>(view);
    return std::span<const std::uint64_t>(hashes_).subspan(ends_[index],
                                                           ends_[index + 1] - ends_[index]);
  }
  std::span<const std::uint64_t> all() const { return hashes_; }
  std::size_t size() const { return hashes_.size(); }
  bool empty() const { return hashes_.empty(); }

  bool operator==(const Features&) const = default;

  // Replaces the content by `hashes`, of which view v owns [ends[v], ends[v + 1]).
  // REQUIRES: ends[0] == 0, ends ascending, ends.back() == hashes.size(), each view unique.
  void Assign(std::span<const std::uint64_t> hashes,
              const std::array<std::uint32_t, kViewCount + 1>& ends) {
    hashes_.assign(hashes.begin(), hashes.end());
    ends_ = ends;
  }

  // The same from each view's own. REQUIRES: each view unique.
  void Assign(const std::array<std::span<const std::uint64_t>, kViewCount>& views) {
    hashes_.clear();
    for (std::size_t v = 0; v < kViewCount; ++v) {
      hashes_.insert(hashes_.end(), views[v].begin(), views[v].end());
      ends_[v + 1] = static_cast<std::uint32_t>(hashes_.size());
    }
  }

 private:
  std::vector<std::uint64_t> hashes_;
  std::array<std::uint32_t, kViewCount + 1> ends_{};
};

}  // namespace replyguard::classifier
