// An immutable model: what one position of the label log knows about comments.
//
// Scoring has two steps. Score() reads the text's evidence; the pure Finish() adds what the
// database knows of the author and the network. Every part is a fixed-point integer, so that the
// parts of an explanation add up to the score exactly, and replicas at the same position give the
// same scores bit for bit.
//
// Thread-safety: all methods are const and may run on any number of threads at once; nothing waits
// on a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "classifier/document.h"
#include "classifier/extractor.h"
#include "classifier/features.h"
#include "classifier/label.h"
#include "classifier/score.h"

namespace replyguard::classifier {

// Until a site has this many labels of each class, or a starter model stands in for them, its model
// is untrained and whoever decides holds everything.
inline constexpr std::uint64_t kTrainedLabelsMin = 20;

// Which model said so. Two models with equal ids, built from the same log, give equal scores.
struct ModelId {
  std::uint32_t extractor_version = kExtractorVersion;
  std::uint32_t starter = 0;     // Starter::id(); 0: no starter model
  std::uint32_t generation = 1;  // which labels of the log are learnt; the fold's owner tells
  std::uint64_t epoch = 0;       // how many times the weights were refitted
  std::uint64_t position = 0;    // of the last label applied; 0: none

  std::string ToString()
      const;  // "x3.e7.p1234", with a starter model "x3s4711.e7.p1234"; of another generation
  // than the first "g2.x3.e7.p1234".
  bool operator==(const ModelId&) const = default;
};

// What is known of a comment's author and network besides the text: comments that people decided.
// Absent evidence (zeros) is neutral.
struct History {
  std::uint32_t author_ham = 0;   // of the same author key on this site: approved by a person
  std::uint32_t author_spam = 0;  // marked as spam by a person
  std::uint32_t network_ham = 0;  // the same of the same network address
  std::uint32_t network_spam = 0;
};

// How much a site's model has seen. Counts are the site's own labels, never other sites' or the
// starter model's.
struct Training {
  bool trained = false;
  std::uint64_t spam = 0;
  std::uint64_t ham = 0;
};

// The text's evidence. Holds no pointer into the model.
struct Partial {
  ModelId model;
  Training training;
  RawScore text = 0;  // bias and all views of the text
  // Thousandths of the features that the model has never seen, neither on the site nor in what else
  // it hears; 0 without features.
  std::uint32_t novelty = 0;
};

struct Result {
  ModelId model;
  Training training;
  RawScore score = 0;         // calibrated log-odds: text and history
  double probability = 0.5;   // Probability(score), calibrated, in [0, 1]
  std::uint32_t novelty = 0;  // Partial::novelty
};

// One reason for a score: all that the features of one word (a link, a run of symbols; wherever it
// stands in the body) add together, or those about one other thing: the author's name, the number
// of links. A feature that spans several words is shared out among them by their characters in it.
struct Reason {
  struct Span {
    std::size_t begin = 0;  // byte offsets into Document::body, begin < end
    std::size_t end = 0;
  };
  // Own-site comments that held the word, or the one feature that the reason is.
  struct Counts {
    std::uint32_t spam = 0;
    std::uint32_t ham = 0;
  };
  std::string view;         // "word", "link", "symbols", "history", or ViewName
  std::string text;         // readable, e.g. `subscribe` or `3 links`; made from the document alone
  std::vector<Span> spans;  // where in the body; empty if the reason is not a place there
  RawScore score = 0;       // what it adds; > 0 speaks for spam
  std::optional<Counts> counts;  // absent where the reason gathers several features and is no word
};

// INVARIANT: bias + the reasons' scores + rest == result.score, exactly.
struct Explanation {
  Partial text;  // what Score() says of the text
  Result result;
  std::vector<Reason> reasons;  // by falling |score|; ties by view, then text
  RawScore bias = 0;
  RawScore rest = 0;  // everything not listed
};

struct ExplainOptions {
  std::size_t reasons_each_way_max = 8;  // strongest for spam, and strongest for ham; 0: list none
  History history;
  // Also gets the document's features, which are what all is said of; null: not wanted.
  Features* features = nullptr;
};

class Model {
 public:
  struct Impl;  // private to the classifier

  explicit Model(std::shared_ptr<const Impl> impl);

  const ModelId& id() const;

  // How much this model has seen of `site`.
  Training TrainingOf(SiteId site) const;

  // The text's evidence. Cost: a few microseconds for a short comment, linear in the number of
  // features.
  Partial Score(SiteId site, const Features& features) const;

  // Pure: adds the history. Finish(p, {}) is the score of the text alone.
  static Result Finish(const Partial& partial, const History& history);

  // The strongest reasons each way, and with them the score, which equals
  // Finish(Score(site, Extract(document)), options.history). `extractor` lends
  // its scratch memory; the form without one makes its own, which is much slower.
  Explanation Explain(SiteId site, const Document& document, const ExplainOptions& options,
                      Extractor* extractor) const;
  Explanation Explain(SiteId site, const Document& document,
                      const ExplainOptions& options = {}) const;

  // Distinct features that hold counts, over all sites, and the bytes their tables take.
  std::size_t feature_count() const;
  std::size_t memory_bytes() const;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace replyguard::classifier
