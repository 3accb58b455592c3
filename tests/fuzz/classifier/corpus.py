#!/usr/bin/env python3
"""Writes the corpora of the classifier's fuzz targets that are no plain text: corpus.py [FOLDER]

FOLDER is tests/fuzz/corpus unless told. normalise_fuzz and extract_fuzz: one sentence in every disguise of
tests/classifier/fixtures/disguises.json, clean text in ten languages, for the first also bytes that are no UTF-8.
model_fuzz and starter_fuzz: edits of a model, three bytes each as edited_bytes.h says.
"""
import json
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS / "bench" / "classifier"))
import disguises  # noqa: E402

BROKEN = {
    "broken-lone": b"a\x80b\xbfc\xffd\xfe",
    "broken-cut": b"end \xf0\x9f\x94",
    "broken-overlong": b"\xc0\xaf \xe0\x80\xaf \xf0\x80\x80\xaf",
    "broken-surrogates": b"\xed\xa0\x80\xed\xb0\x80 \xed\xbf\xbf",
    "broken-beyond": b"\xf4\x90\x80\x80 \xf8\x88\x80\x80\x80",
    "entities": b"&#97;&#x61;&amp;lt;&#0;&#55296;&#x110000;&#xFFFFFFFFF;&;&#;&#x;&#97 &nbsp;&#8203;x",
    "tags": b"<b>a</b><br/><br /></p ><1><a href='x'>y</a><!-- z --><<b>>a<b",
    "links": b"<a href=\"http://x.example/&amp;%61\" rel=q>y</a><a href='><img src=z alt=\"&#97\"><a href=\"\xe2\">",
    "percent": b"%66%72%65e %6 %zz %41 www.x.example/%61b%20c:fire::Rocket: :x: ::",
}


def word_edit(word, value):
    return bytes([0x80 | word >> 8, word & 0xFF, value])


# Words 5 and 6 hold the number of sites and the first of them; the rest hits counts of whatever section is there.
MODEL = {
    "untouched": b"",
    "sites-none": word_edit(5, 0),
    "sites-many": word_edit(5, 6),
    "version": word_edit(2, 1),
    "position": word_edit(4, 6),
    "doubles": b"".join(word_edit(word, 7 + word % 3) for word in range(10, 22)),
    "largest-doubles": b"".join(word_edit(word, 7) for word in range(10, 30)),
    "spread": b"".join(word_edit(word, word % 10) for word in range(0, 0x7FFF, 997)),
    "half": b"\x00\x00\x72\x80",
    "nothing": b"\x00",
}
# Word 2 holds the number of chapters, then come the first one's trust, totals, weights and sizes.
STARTER = {name: MODEL[name] for name in ("untouched", "half", "nothing", "spread")} | {
    "version": word_edit(1, 1),
    "chapters-none": word_edit(2, 0),
    "chapters-many": word_edit(2, 6),
    "trust-none": word_edit(3, 0),
    "trust-infinite": word_edit(3, 8),
    "totals": word_edit(4, 6) + word_edit(5, 0),
    "weights": b"".join(word_edit(word, 7) for word in range(6, 34)),
    "sizes": b"".join(word_edit(word, 2 + word % 5) for word in range(30, 42)),
    "features": b"".join(bytes([word >> 8, word & 0xFF, 0xFF]) for word in range(340, 700, 7)),
}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TESTS / "fuzz" / "corpus"
    sentence = "Claim your FREE bonus at lucky.example today"
    ways = [way(sentence) for way in disguises.ways().values()]
    texts = {f"disguises-{i // 8:02}": "\n".join(ways[i:i + 8]).encode() for i in range(0, len(ways), 8)}
    languages = [texts[0] for _, texts in disguises.clean_texts()]
    texts["languages"] = "\n".join(languages).encode()
    for target, files in (("normalise_fuzz", texts | BROKEN), ("extract_fuzz", texts), ("model_fuzz", MODEL),
                          ("starter_fuzz", STARTER)):
        (folder / target).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / target / name).write_bytes(content)


if __name__ == "__main__":
    main()
