// What says why a model cannot be read here.
#include <gtest/gtest.h>

#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "model/bytes.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kFormatWord = 1;
constexpr std::size_t kExtractorWord = 2;
constexpr std::size_t kStarterWord = 3;

// An empty model with another word, and a checksum that fits.
std::string With(std::size_t word, std::uint64_t value) {
  const std::string good = Fold().Serialize();
  ByteWriter out;
  for (std::size_t i = 0; i + 1 < good.size() / kWordBytes; ++i) {
    out.Word(i == word ? value : LoadWord(good, i * kWordBytes));
  }
  return out.Finish();
}

std::string WhyNot(const std::string& bytes) {
  const auto fold = Fold::Deserialize(bytes);
  EXPECT_EQ(fold.status().code(), absl::StatusCode::kFailedPrecondition) << fold.status();
  return std::string(fold.status().message());
}

TEST(ModelVersions, AForeignModelSaysWhatIsForeign) {
  ASSERT_TRUE(Fold::Deserialize(With(kFormatWord, LoadWord(Fold().Serialize(), kWordBytes))).ok());
  EXPECT_NE(WhyNot(With(kFormatWord, 99)).find("another format, 99"), std::string::npos);
  const std::string why = WhyNot(With(kExtractorWord, 2));
  EXPECT_NE(
      why.find("made by version 2 of the extractor, this is " + std::to_string(kExtractorVersion)),
      std::string::npos)
      << why;
  EXPECT_NE(WhyNot(With(kStarterWord, 4711)).find("s4711; here it is none"), std::string::npos);
}

}  // namespace
}  // namespace replyguard::classifier
