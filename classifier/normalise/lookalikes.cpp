#include "normalise/lookalikes.h"

#include <string_view>

namespace replyguard::classifier {
namespace {

// Each character of `from` reads as the one of `to` at its place.
struct Alphabet {
  std::u32string_view from;
  std::u32string_view to;
};

// 26 letters in a row from `first` on.
struct Range {
  char32_t first;
};

template <typename Alphabets>
char32_t Find(const Alphabets& alphabets, char32_t c) {
  for (const Alphabet& alphabet : alphabets) {
    if (const auto at = alphabet.from.find(c); at != std::u32string_view::npos) {
      return alphabet.to[at];
    }
  }
  return 0;
}

constexpr Range kRanges[] = {
    {0x249C},   // parenthesised small letters
    {0x1F110},  // parenthesised capitals
    {0x1F150},  // negative circled
    {0x1F170},  // negative squared
    {0x1F1E6},  // regional indicators
    {0x1CCD6},  // outlined
};

constexpr Alphabet kLetters[] = {
    // Small capitals.
    {U"ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ",
     U"abcdefghijklmnopqrstuvwyz"},
    // Upside down.
    {U"ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", U"acefghijkmrtvwy"},
    // Stroked, and in the shape of currency signs.
    {U"ⱥȺđĐⱨⱧҝҜłŁⱡⱠøØᵽⱣꝗɋɊɽⱤʉɄⱳⱲӿӾⱬⱫ", U"aaddhhkkllllooppqqqrruuwwxxzz"},
    // Canadian syllabics.
    {U"ᗩᗷᑕᗪᖴᕼᒍᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ᙭ᘔ", U"abcdfhjlmnpqrsuvwxz"},
    // Cherokee.
    {U"ᎪᏴᏟᎠᎬᎰᏀᎶᎻᎥᏆᎫᏦᏞᎷᏁᎾᏢᏅᏒᏚᎢᏌᏙᎳᎩᏃ", U"abcdefgghiijklmnopqrstuvwyz"},
    // Lisu.
    {U"ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", U"abcdefghijklmnoprstuvwxyz"},
    // Greek capitals, which fold to small letters first.
    {U"ζμχ", U"zmx"},
    // Armenian.
    {U"օոսհցտզ", U"onuhgsq"},
    // Coptic; Deseret, Old Italic and Warang Citi; Greek and phonetic letters that nobody writes
    // words in.
    {U"ⲏⲗⲙⲛⲧⲩ𐓜𐋵𐌠𐌢𑣉𑣒𑣬𑣯𑣲ꮁʝϝϻ", U"hlmntyrzlxzlxwcrjfm"},
    // Braille.
    {U"⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", U"abcdefghijklmnopqrstuvwxyz"},
    // With hooks and strokes, and what fonts of such letters take along.
    {U"ƈԃԋʅɱƚʋɮʄӄȶʊӽɧɬʑɲꝁꞩƕҡꝉҩỽɀŋ", U"cdhlmtvbfktuxhtznkshklqvzn"},
    // In a mirror.
    {U"ɒɘꞁɿƨƹ", U"aelrsz"},
    // Cherokee and Armenian letters that fonts take for others than those above.
    {U"ᏗᎴᏋᎦᏠᏝᎧᎮᎤᏖᏬᏉᏇᏵքֆ", U"adefjlopqtuvwgps"},
    // Old Italic.
    {U"𐌀𐌁𐌂𐌃𐌄𐌅𐋅𐌉𐌊𐌋𐌌𐌍𐌐𐌒𐌓𐌔𐌕𐌵𐋄𐌙ᕓ", U"abcdefhiklmnpqrstuxyv"},
    // Runes.
    {U"ᚨᛒᚲᛞᛖᚠᚺᛁᛃᚴᛚᛗᚾᛟᛈᚱᛊᛏᚢᚡᚹᚷᛇᛉ", U"abcdefhijklmnoprstuvwxyz"},
};

constexpr Alphabet kSkeletons[] = {{U"ʙʜĸʍᴛʀꞓß", U"bhkmtreb"}};

constexpr Alphabet kCurrencies[] = {
    {U"₳฿₵€₣₲₭₥₦₱₴₮₩¥£", U"abcefgkmnpstwyl"},
    // Other signs that people take for letters.
    {U"¢§†×℮∨⋁∪⋃∣⍺⍴⍳⊂⊤╳∂∑∃∫∆∀√∩℘⊙∅", U"cstxevvuulapictxdeesaavnpoo"},
};

constexpr Alphabet kShapes[] = {
    // Ideographs, Bopomofo, Katakana.
    {U"卂乃匚乇千卄丨ﾌㄥ爪几ㄖ卩尺丂ㄒㄩ山乂ㄚ乙", U"abcefhijlmnoprstuwxyz"},
    // Thai.
    {U"ค๒๔เ๓ภ๏กรยฬ", U"abdimnopsuw"},
    // Arabic waw, Hebrew final nun, shin, final tsadi and alef, Armenian sha and cha.
    {U"\uFEEE\u05DF\u05E9\u05E5\u05D0\u0547\u0579", U"gjvxytz"},
    // Yi.
    {U"ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꀘ꒒ꂵꈤꂦꉣꆰꋪꌗ꓄ꀎꃴꅏꊼꌩꁴꋬꃳꉔ꒯ꏂꊰꍌꁝ꒐꒻ꋊꄲꇙ꒤꒦ꅐꉧꌦ",
     U"abcdefghijklmnopqrstuvwxyzabcdefghijnosuvwxy"},
    // Katakana of half width and what comes along with it.
    {U"ﾑｷんﾉズﾚﾶ刀ｱｲﾒﾘ", U"afhiklmnptxy"},
    // Lao, Ethiopic, Georgian, Tibetan, Khmer, Sinhala, Telugu letters and a Persian digit.
    {U"ງຖຟຊ໓໐ፈጀፚცཞ۷ហටའచჯ", U"gnwzdocxzbrvnorxx"},
    // What comes along with these.
    {U"ςŦђ", U"cfh"},
};

constexpr Alphabet kFaux[] = {
    {U"ДдБбЙйИиФфЯяЦцШшЩщЖжЧчПпЭэГг", U"aabbnnnnoorruuwwwwxxyynneerr"},
    {U"ΛΞΣΠΔΓΦ", U"aeenaro"},
};

constexpr Alphabet kRotations[] = {{U"bdnpqu", U"qpudbn"}};

}  // namespace

char32_t ReadLookalike(char32_t c) {
  constexpr char32_t kRangeLetters = 26;
  for (const Range& range : kRanges) {
    if (c >= range.first && c < range.first + kRangeLetters) return U'a' + (c - range.first);
  }
  return Find(kLetters, c);
}

char32_t ReadSkeleton(char32_t c) {
  const char32_t letter = Find(kSkeletons, c);
  return letter != 0 ? letter : ReadLookalike(c);
}

char32_t ReadCurrency(char32_t c) { return Find(kCurrencies, c); }

char32_t ReadShape(char32_t c) { return Find(kShapes, c); }

char32_t ReadFaux(char32_t c) { return Find(kFaux, c); }

// Without the open o and the turned e, which African languages write.
bool IsRotated(char32_t c) {
  constexpr std::u32string_view kRotated = U"ɐɟƃɥᴉɾʞɯɹʇʌʍʎ";
  return kRotated.find(c) != std::u32string_view::npos;
}

char32_t ReadRotated(char32_t c) {
  const char32_t letter = Find(kRotations, c);
  return letter != 0 ? letter : c;
}

}  // namespace replyguard::classifier
