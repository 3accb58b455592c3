#include "views/folded_grams.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kSeed3 = GramSeed(View::kChar3, 3);
constexpr std::uint64_t kSeed4 = GramSeed(View::kChar4, 4);
constexpr std::uint64_t kSeed5 = GramSeed(View::kChar5, 5);

// The n-grams of a text, n > 3, told by the 3-grams that they begin with whether they are new.
//
// One whose 3-gram is new is new itself: the pass writes it without a look at the set's table,
// which holds only the others, less those that equal the n-gram at the first place of their 3-gram.
class LongerGrams {
 public:
  LongerGrams(const Squeezed& squeezed, View view, std::uint32_t n, std::uint64_t seed, Sink* sink)
      : squeezed_(squeezed),
        sink_(sink),
        view_(view),
        n_(n),
        seed_(seed),
        filler_(sink->set(view).Fill(squeezed.text.size())) {}

  // Where to write the n-gram that the 3-gram with number 0 begins, were it the next.
  std::uint64_t* out() { return filler_.hashes() + extra_; }

  // The n-gram at `i`, whose 3-gram occurs first at `first` and is one of `threes` up to here.
  [[gnu::noinline]] void AddRepeated(std::uint32_t i, std::uint32_t first, std::uint32_t threes) {
    if (i + n_ > squeezed_.text.size()) return;
    const std::uint64_t hash = Hash(i);
    if (hash == Hash(first)) return;
    filler_.SetSize(threes + extra_);
    if (filler_.full() || filler_.Find(hash) != threes + extra_) return;
    ++extra_;
    AddTrace(i);
  }

  void AddTrace(std::uint32_t i) {
    if (i + n_ > squeezed_.text.size()) return;
    sink_->AddTrace(view_, [&] { return TraceOfGram(squeezed_, i, n_); });
  }

  // `threes`: how many new 3-grams begin an n-gram.
  void Finish(std::uint32_t threes) {
    filler_.SetSize(threes + extra_);
    sink_->set(view_).Take(filler_);
  }

 private:
  std::uint64_t Hash(std::uint32_t i) const {
    const char32_t* const first = squeezed_.text.data() + i;
    const char32_t* const last = first + n_ - 3;
    return HashGram(seed_, PackThree(first[0], first[1], first[2]),
                    PackThree(last[0], last[1], last[2]));
  }

  const Squeezed& squeezed_;
  Sink* sink_;
  View view_;
  std::uint32_t n_;
  std::uint64_t seed_;
  FeatureSet::Filler filler_;
  std::uint32_t extra_ = 0;  // n-grams that are new though their 3-gram is not
};

class Pass {
 public:
  Pass(const Squeezed& squeezed, std::uint32_t* firsts, Sink* sink)
      : squeezed_(squeezed),
        firsts_(firsts),
        sink_(sink),
        threes_(sink->set(View::kChar3).Fill(squeezed.text.size())),
        fours_(squeezed, View::kChar4, 4, kSeed4, sink),
        fives_(squeezed, View::kChar5, 5, kSeed5, sink) {}

  void Run() {
    const auto size = static_cast<std::uint32_t>(squeezed_.text.size());
    RunTo(size - std::min(size, 4U));
    fives_.Finish(threes_.size());
    RunTo(size - std::min(size, 3U));
    fours_.Finish(threes_.size());
    RunTo(size - std::min(size, 2U));
    sink_->set(View::kChar3).Take(threes_);
  }

 private:
  // The n-grams that begin before `end`. What is written of longer ones that would reach beyond the
  // text is not taken in.
  void RunTo(std::uint32_t end) {
    const char32_t* const at = squeezed_.text.data();
    FeatureSet::Filler threes = threes_;
    std::uint64_t* four = fours_.out();
    std::uint64_t* five = fives_.out();
    // When there is no room for a 3-gram, there is none for the longer ones either.
    for (; begin_ < end && !threes.full(); ++begin_) {
      const std::uint32_t i = begin_;
      const std::uint64_t first = PackThree(at[i], at[i + 1], at[i + 2]);
      const std::uint64_t second = PackNext(first, at[i + 3]);
      const std::uint32_t count = threes.size();
      const std::uint32_t found = threes.Find(HashGram(kSeed3, first, 0));
      if (found == count) {
        four[count] = HashGram(kSeed4, first, second);
        five[count] = HashGram(kSeed5, first, PackNext(second, at[i + 4]));
        firsts_[count] = i;
        if (sink_->explaining()) AddTraces(i);
      } else {
        fours_.AddRepeated(i, firsts_[found], count);
        fives_.AddRepeated(i, firsts_[found], count);
        four = fours_.out();
        five = fives_.out();
      }
    }
    threes_ = threes;
  }

  [[gnu::noinline]] void AddTraces(std::uint32_t i) {
    sink_->AddTrace(View::kChar3, [&] { return TraceOfGram(squeezed_, i, 3); });
    fours_.AddTrace(i);
    fives_.AddTrace(i);
  }

  const Squeezed& squeezed_;
  std::uint32_t* firsts_;
  Sink* sink_;
  std::uint32_t begin_ = 0;
  FeatureSet::Filler threes_;
  LongerGrams fours_;
  LongerGrams fives_;
};

}  // namespace

void FoldedGrams::Add(const Squeezed& squeezed, Sink* sink) {
  Pass(squeezed, firsts_.Room(squeezed.text.size()), sink).Run();
}

}  // namespace replyguard::classifier
