"""Disguises put on at random, as someone would who has not seen how the classifier reads: for disguises.py --random.

Each takes a word of three or more ASCII letters and a generator of random numbers. They are picked from what spammers and
Unicode offer; the tables are kept apart from those of the classifier and of tests/classifier/fixtures on purpose.
"""
import base64
import random
import re
import unicodedata

WORD = re.compile(r"[A-Za-z]{3,}")
SMALL = "abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiou"

STYLES = [
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    "ⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩ",
    "".join(chr(0x1D41A + i) for i in range(26)),
    "".join(chr(0x1D5EE + i) for i in range(26)),
    "".join(chr(0x1D68A + i) for i in range(26)),
    "".join(chr(0x1D586 + i) for i in range(26)),
    "".join(chr(0x1F130 + i) for i in range(26)),
    "".join(chr(0x1F170 + i) for i in range(26)),
    "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖqʳˢᵗᵘᵛʷˣʸᶻ",
    "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀsᴛᴜᴠᴡxʏᴢ",
    "ₐbcdₑfgₕᵢⱼₖₗₘₙₒₚqᵣₛₜᵤᵥwₓyz",
]
LOOKALIKES = {
    "a": "аαаɑ⍺ᎪꭺᗅꓮᴀÀâåäą", "b": "ЬвҍβᏴᑲßƅ฿ϐꞵ", "c": "сϲⅽ⊂ⲥᏟꓚçćȼ¢", "d": "ԁⅾᏧᗞꓒđɗժ", "e": "еєҽεɛ℮ⲉᎬéêëęə",
    "f": "ғϝꞙẝſƒᖴꓝ", "g": "ɡցԍǥğᏀꓖ", "h": "һհнᏂⲎꓧħ", "i": "іїıιⅰɩӏ¡ℹîïӀꓲ", "j": "јϳʝᎫꓙɉ", "k": "кκⲕᏦꓗķƙ", "l": "ӏⅼⵏ׀ℓІǀłļ∣",
    "m": "мⅿϻᎷꓟṃ", "n": "ոпηռꓠñńņ", "o": "оοօ௦ഠⲟᴏ๐ଠöóøőσჿⵔ", "p": "рρ⍴ⲣᏢꓑþ", "q": "ԛգզᑫ", "r": "гᴦⲅꮁᏒꓣŕř", "s": "ѕꜱʂśşѕᏚꓢš§",
    "t": "тτᴛⲧᎢꓔţť†", "u": "υսʋцմꭎūüúůᑌꓴ", "v": "ѵνⅴᏙꓦᴠ∨", "w": "ѡԝաωшᏔꓪŵꮃ", "x": "хχⅹ×ⲭꓫ᙮", "y": "уγүʏყᎩꓬýÿ¥", "z": "ᴢʐꮓᏃꓜžżź",
}
LEET = {"a": "4@", "b": "86", "c": "(<", "e": "3€", "g": "96", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+", "z": "2"}
MANY_SIGN_LEET = {"a": ["/\\", "/-\\"], "d": ["|)"], "f": ["|="], "h": ["|-|", "#"], "k": ["|<"], "m": ["|\\/|", "/\\/\\"], "n": ["|\\|"],
                  "u": ["|_|"], "v": ["\\/"], "w": ["\\/\\/"], "o": ["()"], "c": ["("], "l": ["|_"], "p": ["|>"], "x": ["><"]}
PAIRS = {"m": "rn", "w": "vv", "d": "cl", "h": "li", "b": "lo"}
UPSIDE_DOWN = dict(zip(SMALL, "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz"))
FLAGS = {c: chr(0x1F1E6 + i) for i, c in enumerate(SMALL)}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\ufe0f\ufe0e\u2061\u2062\u2063\u2064\u200e\u200f\u061c\U000e0020\U000e0101"
SIGNS = ".,-_*~'`^|/\\:;!+=\"\u2026\u00b7\u2022\u2027\u30fb\uff0e\uff0c\u00a8\u02d9\u0387\u22c5\u2010\u2011\u2013\u2043\u00b0\u2019\u00b4#&"
BLANKS = " \u00a0\u2002\u2003\u2005\u2009\u200a\u202f\u205f\u3000\u2800\t"
EMOJI = "🔥💰🎰❤✨😂👉💋🎁⭐"
BRAILLE = dict(zip(SMALL, "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"))
SPACED_SIGNS = [" - ", " . ", " / ", " | ", " * ", " _ ", " ~ ", ", ", "... "]
BRACKETS = ["()", "[]", "{}", "<>", "\u300c\u300d", "\u00ab\u00bb", '""', "''", "**", "__"]
MARKS = [chr(c) for c in [*range(0x300, 0x363), *range(0x1DC0, 0x1DE0), *range(0x20D0, 0x20DD), *range(0x483, 0x488)]]


def each(change, share=1.0):
    """`change(letter, random)` of each letter with the probability `share`."""
    return lambda word, r: "".join(change(c, r) if r.random() < share else c for c in word)


def between(choices, share):
    """One of `choices` between letters, after each with the probability `share`; at least one."""
    def change(word, r):
        at = [i for i in range(1, len(word)) if r.random() < share] or [r.randrange(1, len(word))]
        return "".join((r.choice(choices) if i in at else "") + c for i, c in enumerate(word))
    return change


def same_between(choices):
    return lambda word, r: r.choice(choices).join(word)


def one_of(table):
    return lambda c, r: r.choice(table[c.lower()]) if c.lower() in table else c


def styled(word, r):
    style = r.choice(STYLES)
    return "".join(style[SMALL.index(c.lower())] for c in word)


def vowels_dropped(share):
    return lambda word, r: word[0] + "".join(c for c in word[1:] if c.lower() not in VOWELS or r.random() >= share)


def two_swapped(word, r):
    i = r.randrange(1, len(word) - 1) if len(word) > 3 else 0
    return word[:i] + word[i + 1] + word[i] + word[i + 2:]


def shuffled(word, r):
    inner = list(word[1:-1])
    r.shuffle(inner)
    return word[0] + "".join(inner) + word[-1]


def one_letter(change):
    """Alters one place of the word."""
    def edit(word, r):
        i = r.randrange(len(word))
        return word[:i] + change(word[i], r) + word[i + 1:]
    return edit


def one_doubled(word, r):
    i = r.randrange(len(word))
    return word[:i] + word[i] * r.randrange(2, 5) + word[i + 1:]


def wrapped(before, after):
    """A part of the word within tags."""
    def change(word, r):
        i, k = sorted(r.sample(range(len(word) + 1), 2))
        return word[:i] + before + word[i:k] + after + word[k:]
    return change


def bracketed(word, r):
    """Each letter in brackets of one kind."""
    before, after = r.choice(BRACKETS)
    return "".join(before + c + after for c in word)


def upside_down(word, _):
    return "".join(UPSIDE_DOWN[c.lower()] for c in reversed(word))


def two(first, second):
    def change(word, r):
        once = first(word, r)
        return WORD.sub(lambda match: second(match[0], r), once) if WORD.search(once) else once
    return change


WAYS = {
    "styled, a style a word": styled,
    "styled, a style a letter": each(lambda c, r: r.choice(STYLES)[SMALL.index(c.lower())]),
    "look-alikes, half of the letters": each(one_of(LOOKALIKES), 0.5),
    "look-alikes, every letter": each(one_of(LOOKALIKES)),
    "leetspeak, half of the letters": each(one_of(LEET), 0.5),
    "leetspeak, every letter": each(one_of(LEET)),
    "leetspeak of many signs": each(one_of(MANY_SIGN_LEET), 0.6),
    "pairs of letters for one": each(lambda c, _: PAIRS.get(c.lower(), c)),
    "some accents": each(lambda c, r: unicodedata.normalize("NFC", c + r.choice("\u0300\u0301\u0302\u0303\u0308\u0328\u030c")), 0.5),
    "stacked marks": each(lambda c, r: c + "".join(r.choices(MARKS, k=r.randrange(1, 6)))),
    "emoji letters": each(lambda c, r: FLAGS[c.lower()] + r.choice(["", " ", "\u200b"])),
    "upside down": upside_down,
    "Braille": each(lambda c, _: BRAILLE[c.lower()]),
    "signs and blanks between": same_between(SPACED_SIGNS),
    "each letter in brackets": bracketed,
    "case turns": lambda word, r: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(word)),
    "neighbours swapped all through": lambda word, _: "".join(word[i + 1] + word[i] if i + 1 < len(word) else word[i] for i in range(0, len(word), 2)),
    "vowels by other vowels": each(lambda c, r: r.choice(VOWELS) if c.lower() in VOWELS else c),
    "vowels by signs": each(lambda c, r: r.choice("*#-_.") if c.lower() in VOWELS else c),
    "inner letters starred": lambda word, _: word[0] + re.sub("[aeiou]", "*", word[1:-1], flags=re.I) + word[-1],
    "digits inside": between("0123456789", 0.3),
    "invisible, some": between(INVISIBLE, 0.4),
    "invisible, everywhere": between(INVISIBLE, 1),
    "signs inside, some": between(SIGNS, 0.4),
    "signs inside, everywhere": between(SIGNS, 1),
    "one sign everywhere": same_between(SIGNS),
    "one kind of blank everywhere": same_between(BLANKS),
    "blanks of all kinds, some": between(BLANKS, 0.4),
    "blanks of all kinds, everywhere": between(BLANKS, 1),
    "emoji inside": between(EMOJI, 0.4),
    "a line break inside": between(["\n"], 0.1),
    "vowels dropped": vowels_dropped(1),
    "some vowels dropped": vowels_dropped(0.5),
    "vowels starred": each(lambda c, _: "*" if c.lower() in VOWELS else c),
    "one letter starred": one_letter(lambda _, r: r.choice("*#_.?")),
    "two letters swapped": two_swapped,
    "inner letters shuffled": shuffled,
    "reversed": lambda word, _: word[::-1],
    "one letter repeated": one_doubled,
    "every letter repeated": each(lambda c, r: c * r.randrange(1, 4)),
    "one letter dropped": one_letter(lambda *_: ""),
    "one letter replaced": one_letter(lambda _, r: r.choice(SMALL)),
    "one letter added": one_letter(lambda c, r: c + r.choice(SMALL)),
    "letter by sound": lambda word, _: re.sub("(?i)ck", "k", re.sub("(?i)ph", "f", re.sub("(?i)c(?=[aou])", "k", re.sub("(?i)s$", "z", word)))),
    "random case": each(lambda c, r: c.upper() if r.random() < 0.5 else c.lower()),
    "tags": wrapped("<b>", "</b>"),
    "tags that nobody knows": between(["<q1>", "</zz>", "<x y=\"z\">", "<font color=red>"], 0.3),
    "comments": between(["<!-- x -->", "<!---->", "<!--7-->"], 0.4),
    "CDATA": wrapped("<![CDATA[", "]]>"),
    "BBCode": wrapped("[b]", "[/b]"),
    "BBCode with attributes": wrapped("[color=red]", "[/color]"),
    "Markdown": wrapped("**", "**"),
    "\\u0062": each(lambda c, _: f"\\u{ord(c):04x}"),
    "\\x62, some": each(lambda c, _: f"\\x{ord(c):02x}", 0.4),
    "%62, some": each(lambda c, _: f"%{ord(c):02X}", 0.4),
    "&#98;": each(lambda c, r: r.choice([f"&#{ord(c)};", f"&#x{ord(c):X};", f"&#{ord(c):06};"])),
    "&amp;#98;": each(lambda c, _: f"&amp;#{ord(c)};"),
    "=62": each(lambda c, _: f"={ord(c):02X}"),
    "U+0062": each(lambda c, _: f"U+{ord(c):04X} "),
    "look-alikes and invisible": two(each(one_of(LOOKALIKES), 0.3), between(INVISIBLE, 0.4)),
    "leetspeak and signs": two(each(one_of(LEET), 0.3), between(".-_*", 0.4)),
    "styled and marks": lambda word, r: "".join(c + r.choice(MARKS) for c in styled(word, r)),
    "vowels dropped, one repeated": lambda word, r: one_doubled(vowels_dropped(0.7)(word, r), r),
    "look-alikes and swapped": lambda word, r: each(one_of(LOOKALIKES), 0.3)(two_swapped(word, r), r),
    "spaced out and leetspeak": lambda word, r: " ".join(each(one_of(LEET), 0.5)(word, r)),
}
SINGLE = list(WAYS.values())
WAYS["any, another for each word"] = lambda word, r: r.choice(SINGLE)(word, r)


def disguise_of(way, rate, seed):
    """The function that puts `way` on the share `rate` of a text's words (0 to 1). The same for the same text and seed."""
    def disguise(text):
        r = random.Random(f"{seed} {text}")
        return WORD.sub(lambda match: way(match[0], r) if r.random() < rate else match[0], text)
    return disguise


# Of the whole text. `ham`: comments that are none.
def glued(text, _):
    return re.sub(r"\s+", "", text)


def signs_for_blanks(text, r):
    return r.choice("_.-*·|~").join(text.split())


def of_bytes(form, between):
    """The text's bytes, each in this form."""
    return lambda text, _: between.join(form.format(byte) for byte in text.encode())


def of_words(change):
    return lambda text, _: WORD.sub(lambda match: change(match[0]), text)


def base64_of(text, _=None):
    return base64.b64encode(text.encode()).decode()


def base64_parts(text, _):
    return " ".join(map(base64_of, re.findall(r"\S+(?:\s+\S+){0,3}", text)))


def twice_in_utf8(word):
    """Full-width letters whose bytes were taken for characters."""
    return "".join(chr(ord(c) - 0x21 + 0xFF01) for c in word).encode().decode("latin1")


HIDDEN = '<span style="display:none">xq</span>'
# What is shown as the text by one tool or another.
WHOLE = {
    "base64": base64_of,
    "base64 of four words each": base64_parts,
    "base64 of each word": of_words(base64_of),
    "hexadecimal": of_bytes("{:02x}", ""),
    "hexadecimal with blanks": of_bytes("{:02x}", " "),
    "hexadecimal with 0x": of_bytes("0x{:02x}", " "),
    "hexadecimal words": of_words(lambda word: word.encode().hex()),
    "decimal codes": of_bytes("{}", " "),
    "binary codes": of_bytes("{:08b}", " "),
    "%62 of every byte": of_bytes("%{:02X}", ""),
    "%62 of look-alikes": lambda text, _: of_bytes("%{:02X}", "")(text.translate(str.maketrans("aeopcyx", "аеорсух")), _),
    "%u0062": of_words(lambda word: "".join(f"%u{ord(c):04x}" for c in word)),
    "\\142": of_words(lambda word: "".join(f"\\{ord(c):03o}" for c in word)),
    "&#000000098;": of_words(lambda word: "".join(f"&#{ord(c):09};" for c in word)),
    "twice in UTF-8": of_words(twice_in_utf8),
    "hidden by a style": of_words(lambda word: word[:2] + HIDDEN + word[2:]),
    "no blanks at all": glued,
    "signs for blanks": signs_for_blanks,
    "blanks at random": lambda text, r: "".join(c + (" " if c.isalpha() and r.random() < 0.2 else "") for c in text),
    "good words behind": lambda text, _: text + " thanks so much for this, my brother and I grew up with it and still listen every year",
}
