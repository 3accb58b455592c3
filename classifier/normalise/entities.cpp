#include "normalise/entities.h"

#include <cstddef>

namespace replyguard::classifier {
namespace {

constexpr struct {
  std::string_view name;
  char32_t c;
} kNamed[] = {{"amp", U'&'},
              {"lt", U'<'},
              {"gt", U'>'},
              {"quot", U'"'},
              {"apos", U'\''},
              {"nbsp", 0xA0},
              {"commat", U'@'},
              {"period", U'.'},
              {"shy", 0xAD},
              {"zwnj", 0x200C},
              {"zwj", 0x200D},
              {"dollar", U'$'},
              {"percnt", U'%'},
              {"num", U'#'},
              {"colon", U':'},
              {"sol", U'/'},
              {"hellip", 0x2026},
              {"ZeroWidthSpace", 0x200B},
              {"NoBreak", 0x2060},
              {"lrm", 0x200E},
              {"rlm", 0x200F},
              {"ensp", 0x2002},
              {"emsp", 0x2003},
              {"thinsp", 0x2009},
              {"hairsp", 0x200A},
              {"Tab", U'\t'},
              {"NewLine", U'\n'},
              {"af", 0x2061},
              {"it", 0x2062},
              {"ic", 0x2063},
              {"InvisibleTimes", 0x2062},
              {"InvisibleComma", 0x2063},
              {"ApplyFunction", 0x2061},
              {"excl", U'!'},
              {"ast", U'*'},
              {"lowbar", U'_'},
              {"hyphen", 0x2010},
              {"ndash", 0x2013},
              {"mdash", 0x2014},
              {"middot", 0xB7},
              {"bull", 0x2022},
              {"lpar", U'('},
              {"rpar", U')'},
              {"verbar", U'|'},
              {"bsol", U'\\'},
              {"szlig", 0xDF},
              {"aelig", 0xE6},
              {"AElig", 0xC6},
              {"oelig", 0x153},
              {"OElig", 0x152},
              {"eth", 0xF0},
              {"thorn", 0xFE},
              {"inodot", 0x131},
              {"imath", 0x131},
              {"jmath", 0x237},
              {"fnof", 0x192},
              {"alpha", 0x3B1},
              {"beta", 0x3B2},
              {"gamma", 0x3B3},
              {"delta", 0x3B4},
              {"epsilon", 0x3B5},
              {"eta", 0x3B7},
              {"iota", 0x3B9},
              {"kappa", 0x3BA},
              {"lambda", 0x3BB},
              {"mu", 0x3BC},
              {"nu", 0x3BD},
              {"omicron", 0x3BF},
              {"pi", 0x3C0},
              {"rho", 0x3C1},
              {"sigma", 0x3C3},
              {"tau", 0x3C4},
              {"upsilon", 0x3C5},
              {"omega", 0x3C9},
              {"Alpha", 0x391},
              {"Beta", 0x392},
              {"Epsilon", 0x395},
              {"Zeta", 0x396},
              {"Eta", 0x397},
              {"Iota", 0x399},
              {"Kappa", 0x39A},
              {"Mu", 0x39C},
              {"Nu", 0x39D},
              {"Omicron", 0x39F},
              {"Rho", 0x3A1},
              {"Tau", 0x3A4},
              {"Upsilon", 0x3A5},
              {"Chi", 0x3A7},
              {"cent", 0xA2},
              {"pound", 0xA3},
              {"yen", 0xA5},
              {"euro", 0x20AC},
              {"copy", 0xA9},
              {"reg", 0xAE},
              {"sect", 0xA7},
              {"times", 0xD7}};

// `&eacute;`: a letter, then the name of its mark. Each letter is before what it is with the mark.
constexpr struct {
  std::string_view name;
  std::u32string_view letters;
} kMarks[] = {{"acute", U"aáeéiíoóuúyýcćlĺnńrŕsśzź"},
              {"grave", U"aàeèiìoòuù"},
              {"circ", U"aâeêiîoôuûcĉgĝhĥjĵsŝwŵyŷ"},
              {"uml", U"aäeëiïoöuüyÿ"},
              {"tilde", U"aãnñoõiĩuũ"},
              {"ring", U"aåuů"},
              {"cedil", U"cçsşgģkķlļnņrŗtţ"},
              {"caron", U"cčdďeělľnňrřsštťzž"},
              {"breve", U"aăgğuŭ"},
              {"macr", U"aāeēiīoōuū"},
              {"ogon", U"aąeęiįuų"},
              {"slash", U"oø"},
              {"strok", U"dđhħlłtŧ"},
              {"dot", U"cċeėgġzżiı"}};

// `&aopf;`: letters of a mathematical style, whose small ones begin here.
constexpr struct {
  std::string_view name;
  char32_t small_a;
} kStyles[] = {{"opf", 0x1D552}, {"fr", 0x1D51E}, {"scr", 0x1D4B6}};

// Of a letter and what is done to it; 0: nothing known.
char32_t ReadLetter(char32_t letter, std::string_view kind) {
  for (const auto& mark : kMarks) {
    if (mark.name != kind) continue;
    for (std::size_t i = 0; i < mark.letters.size(); i += 2) {
      if (mark.letters[i] == letter) return mark.letters[i + 1];
    }
  }
  for (const auto& style : kStyles) {
    if (style.name == kind) return style.small_a + (letter - U'a');
  }
  return 0;
}

}  // namespace

char32_t ReadEntity(std::string_view name) {
  for (const auto& entity : kNamed) {
    if (entity.name == name) return entity.c;
  }
  if (name.empty()) return 0;
  char32_t letter = static_cast<unsigned char>(name[0]);
  if (letter >= U'A' && letter <= U'Z') letter += U'a' - U'A';
  return letter >= U'a' && letter <= U'z' ? ReadLetter(letter, name.substr(1)) : 0;
}

}  // namespace replyguard::classifier
