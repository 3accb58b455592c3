// Honest text is told of no disguised letter: letters of a script that look like Latin ones are
// plain in their own words and texts, and so are invisible characters that a script or an emoji
// cannot do without. The same characters in other company are a disguise.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "normalise/char_table.h"
#include "normalise/text.h"
#include "views/mixed_scripts.h"
#include "views/tally.h"
#include "views/word_views.h"

namespace replyguard::classifier {
namespace {

struct Written {
  std::string name;
  std::string text;
};

void PrintTo(const Written& written, std::ostream* out) { *out << written.name; }

// What the shape view is told of disguised letters.
struct Disguised {
  std::uint64_t letters = 0;
  std::uint64_t words = 0;
  std::uint64_t invisible = 0;
};

Disguised Find(const std::string& written) {
  CharTable table;
  Text text;
  Words words;
  DecodeAndFold(written, /*offsets=*/false, table, &text);
  FindWords(text, &words);
  const Tally tally = Tallier(table).Count(text);
  const MixedScripts mixed = FindMixedScripts(text, words, tally);
  return {mixed.letters, mixed.words, tally.invisible};
}

std::string NameOf(const testing::TestParamInfo<Written>& tested) { return tested.param.name; }

class Honest : public testing::TestWithParam<Written> {};

TEST_P(Honest, HoldsNoDisguisedLetter) {
  const Disguised found = Find(GetParam().text);
  EXPECT_EQ(found.letters, 0U);
  EXPECT_EQ(found.words, 0U);
  EXPECT_EQ(found.invisible, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Scripts, Honest,
    testing::ValuesIn(std::vector<Written>{
        {"Arabic", "هذا الفيديو رائع جدا، شكرا لك على هذا العمل الجميل"},
        {"ArabicWithADirection", "\u200fشاهدت هذا على YouTube\u200f أمس!"},
        {"ArabicWithAPrefixedName", "حملت الـWhatsApp الجديد على هاتفي"},
        {"Persian", "من نمی\u200cخواهم این را از دست بدهم، خیلی خوب می\u200cخواند"},
        {"Urdu", "یہ گانا بہت اچھا ہے، میں روز سنتا ہوں"},
        {"Hebrew", "שיר יפה מאוד, תודה רבה לכולם על העבודה הטובה"},
        {"HebrewWithAPrefixedName", "ראיתי את זה בYouTube אתמול וצחקתי"},
        {"Hindi", "यह गाना बहुत अच्छा है, श्\u200dरी जी को धन्यवाद"},
        {"Bengali", "এই গানটি খুব সুন্দর, র\u200d্যাব দারুণ"},
        {"Tamil", "இந்த பாடல் மிகவும் அழகாக உள்ளது"},
        {"Malayalam", "ഈ പാട്ട് വളരെ നല്ലതാണ്, അവന്\u200d മഠത്തിൽ ഉണ്ടായിരുന്നു"},
        {"Sinhala", "ශ්\u200dරී ලංකාවේ හොඳම ගීතය මෙයයි"},
        {"Thai", "เพลงนี้\u200bเพราะมาก\u200bชอบจริงๆ"},
        {"Khmer", "ចម្រៀង\u200bនេះ\u200bពីរោះ\u200bណាស់"},
        {"Korean", "이 노래 정말 좋아요 ㅋㅋㅋ iPhone으로 들었어요"},
        {"Japanese", "この歌は大好きです。iPhoneで毎日聞いています"},
        {"Chinese", "这首歌真好听,我每天都在YouTube上听"},
        {"Russian", "Очень хорошая песня, спасибо автору, слушаю на YouTube"},
        {"Greek", "Πολύ ωραίο τραγούδι, μπράβο σε όλους"},
        {"Armenian", "Շատ լավ երգ է, շնորհակալություն"},
        {"Georgian", "ძალიან კარგი სიმღერაა, მადლობა"},
        {"Amharic", "ይህ ዘፈን በጣም ጥሩ ነው ዐይን"},
        {"EnglishWithARussianWord", "my grandmother says хорошо to everything"},
        {"RussianBesideEnglish", "привет hello, я из Уфы, LGBT флаг и LADA"},
        {"GreekCapitals", "ΔΕΗ ΛΑΔΙ and SOS"},
        {"JapaneseOfHalfWidth", "ｺﾉ ｳﾀ ﾊ ﾄﾃﾓ ｽｷﾃﾞｽ"},
        {"Lao", "ເພງນີ້ມ່ວນຫຼາຍ ຂອບໃຈ"},
        {"Yi", "ꆈꌠꉙ ꌋꆀ ꉬꇁ ꋋꃅꐊꌠ"},
        {"German", "Das Lied ist großartig, schöne Grüße aus Köln"},
        {"Polish", "Bardzo ładna piosenka, słucham jej cały dzień"},
        {"Danish", "Sød sang, jeg hører den på vej hjem"},
        {"Turkish", "Çok güzel bir şarkı, teşekkürler kardeşim"},
        {"Croatian", "Odlična pjesma, sviđa mi se jako"},
        {"Vietnamese", "Bài hát này rất hay, tôi nghe mỗi đêm"},
        {"Emoji",
         "my family 👨\u200d👩\u200d👧 loves it ❤\ufe0f 🏳\ufe0f\u200d🌈 ‼\ufe0f"},
        {"KeycapsAndAFlag",
         "vote 1\ufe0f\u20e3 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"},
        {"ByteOrderMark", "\ufeffhello there"},
    }),
    NameOf);

class Dressed : public testing::TestWithParam<Written> {};

TEST_P(Dressed, IsSeen) {
  const Disguised found = Find(GetParam().text);
  EXPECT_GT(found.letters + found.words + found.invisible, 0U);
}

INSTANTIATE_TEST_SUITE_P(Scripts, Dressed,
                         testing::ValuesIn(std::vector<Written>{
                             {"CyrillicInAWord", "buy some viаgrа here"},
                             {"CyrillicAlone", "the best рос that you can get"},
                             {"CyrillicTextOfLookalikes", "сосо рарра ехресто саtso"},
                             {"LatinInRussian", "лучшее кaзинo для вaс"},
                             {"CyrillicAmongLatin", "FЯЭЭ GЦIDЭ"},
                             {"GreekInAWord", "frεε mοney now"},
                             {"ArabicInAWord", "fre\u0647 m\u0647ney is waiting for you"},
                             {"CherokeeInAWord", "free mᎾney is waiting"},
                             {"JoinersInAWord", "f\u200dr\u200de\u200de stuff for you"},
                             {"ZeroWidthSpaces", "f\u200br\u200be\u200be stuff for you"},
                             {"SelectorsInAWord", "f\ufe0fr\ufe0fe\ufe0fe stuff for you"},
                             {"DirectionsInEnglish", "fr\u200eee st\u200fuff for you"},
                             {"OverrideInHebrew", "שיר יפה \u202eeerf"},
                             {"TagsInAWord", "fr\U000e0067ee stuff"},
                         }),
                         NameOf);

TEST(MixedScripts, CountsTheLettersOfTheOtherScript) {
  EXPECT_EQ(Find("buy some viаgrа here").letters, 2U);   // two Cyrillic ones
  EXPECT_EQ(Find("лучшее кaзинo для вaс").letters, 3U);  // three Latin ones
}

}  // namespace
}  // namespace replyguard::classifier
