// The texts that the benchmarks measure with: real labelled streams, or generated ones.
//
// Thread-safety: UseStreams() before anything else; the rest from one thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "classifier/extractor.h"
#include "classifier/label.h"

namespace replyguard::classifier {

struct LabelledText {
  std::string author;
  std::string text;
  Class label = Class::kHam;
};

// Reads JSON lines (author, text, label) of files, and of a folder's *.jsonl; a line without a
// label of ours is left out. False, with the reason on stderr: a file that cannot be read.
bool UseStreams(const std::vector<std::string>& paths);

// What the texts are, for the output's context.
std::string DescribeTexts();

// All comments, in the streams' order; without streams, 6,000 generated ones.
const std::vector<LabelledText>& Comments();

// `count` texts of `bytes` bytes each, at most three fewer, so that none ends inside a character:
// the comments one after another, with a newline between.
std::vector<std::string> TextsOf(std::size_t count, std::size_t bytes);

// Whole comments of 100 to 200 bytes.
std::vector<std::string> ShortComments();

// Comments without end: all of them as they are, then again and again with half of their long words
// ended otherwise (two letters that depend on the round), which gives new features each time.
class EndlessComments {
 public:
  LabelledText Next();

 private:
  std::size_t next_ = 0;
};

// The next label of site 1: of `comment`, which is new.
LabelChange FirstLabel(const LabelledText& comment, std::uint64_t position, Extractor* extractor);

inline constexpr SiteId kSite = 1;

}  // namespace replyguard::classifier
