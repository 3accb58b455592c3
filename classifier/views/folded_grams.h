// Character 3-, 4- and 5-grams of the undisguised text, in one pass.
//
// Thread-safety: none.
#pragma once

#include "views/gram_views.h"

namespace replyguard::classifier {

class FoldedGrams {
 public:
  // All n-grams of the squeezed folded text as features of View::kChar3, kChar4 and kChar5.
  // REQUIRES: these views are empty.
  void Add(const Squeezed& squeezed, Sink* sink);

 private:
  Scratch<std::uint32_t> firsts_;  // where each 3-gram occurs first
};

}  // namespace replyguard::classifier
