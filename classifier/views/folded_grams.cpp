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
  LongerGrams(const Squeezed& squeezed, View view, std::uint32_t n, Sink* sink)
      : squeezed_(squeezed),
        sink_(sink),
        view_(view),
        n_(n),
        filler_(sink->set(view).Fill(squeezed.text.size())) {}

  // Where to write the n-gram that the 3-gram with number 0 begins, were it the next.
  std::uint64_t* out() { return filler_.hashes() + extra_; }

  // The n-gram at `i`, whose 3-gram, one of `threes` up to here, has occurred with another one.
  [[gnu::noinline]] void AddRepeated(std::uint32_t i, std::uint64_t hash, std::uint32_t threes) {
    if (i + n_ > squeezed_.text.size()) return;
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
  const Squeezed& squeezed_;
  Sink* sink_;
  View view_;
  std::uint32_t n_;
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
        fours_(squeezed, View::kChar4, 4, sink),
        fives_(squeezed, View::kChar5, 5, sink) {}

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
    const bool explaining = sink_->explaining();
    std::uint32_t* const firsts = firsts_;
    std::uint32_t i = begin_;
    if (i >= end) return;
    // The three characters from i, from i + 1 and from i + 2 on.
    std::uint64_t first = PackThree(at[i], at[i + 1], at[i + 2]);
    std::uint64_t second = PackNext(first, at[i + 3]);
    std::uint64_t third = 0;
    for (; i < end && !threes.full(); ++i, first = second, second = third) {
      third = PackNext(second, at[i + 4]);
      const std::uint32_t count = threes.size();
      const std::uint32_t found = threes.Find(HashGram(kSeed3, first, 0));
      if (found == count) {
        four[count] = HashGram(kSeed4, first, second);
        five[count] = HashGram(kSeed5, first, third);
        firsts[count] = i;
        if (explaining) AddTraces(i);
      } else {
        const char32_t* const then = at + firsts[found];
        const bool same_four = at[i + 3] == then[3];
        if (same_four && at[i + 4] == then[4]) continue;
        if (!same_four) fours_.AddRepeated(i, HashGram(kSeed4, first, second), count);
        fives_.AddRepeated(i, HashGram(kSeed5, first, third), count);
        four = fours_.out();
        five = fives_.out();
      }
    }
    threes_ = threes;
    begin_ = i;
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
