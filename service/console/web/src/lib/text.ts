// Untrusted text made harmless to look at: cut into pieces that a view puts into text nodes, with what cannot be seen
// named instead.
import type { Reason } from "@gen/assessment_pb";

// "hidden" pieces stand for one invisible or direction-changing character; `text` is then its short name.
export interface Piece {
  text: string;
  hidden?: string; // its full name
  mark?: "spam" | "ham";
  reason?: string;
}

const invisible = new Map<number, [string, string]>([
  [0x00ad, ["SHY", "soft hyphen"]],
  [0x034f, ["CGJ", "combining grapheme joiner"]],
  [0x061c, ["ALM", "Arabic letter mark"]],
  [0x115f, ["HCF", "Hangul filler"]],
  [0x1160, ["HJF", "Hangul filler"]],
  [0x180e, ["MVS", "Mongolian vowel separator"]],
  [0x200b, ["ZWSP", "zero-width space"]],
  [0x200c, ["ZWNJ", "zero-width non-joiner"]],
  [0x200e, ["LRM", "left-to-right mark"]],
  [0x200f, ["RLM", "right-to-left mark"]],
  [0x2028, ["LS", "line separator"]],
  [0x2029, ["PS", "paragraph separator"]],
  [0x202a, ["LRE", "left-to-right embedding"]],
  [0x202b, ["RLE", "right-to-left embedding"]],
  [0x202c, ["PDF", "end of embedding"]],
  [0x202d, ["LRO", "left-to-right override"]],
  [0x202e, ["RLO", "right-to-left override"]],
  [0x2060, ["WJ", "word joiner"]],
  [0x2066, ["LRI", "left-to-right isolate"]],
  [0x2067, ["RLI", "right-to-left isolate"]],
  [0x2068, ["FSI", "first-strong isolate"]],
  [0x2069, ["PDI", "end of isolate"]],
  [0x3164, ["HF", "Hangul filler"]],
  [0xfeff, ["BOM", "zero-width no-break space"]],
  [0xfff9, ["IAA", "interlinear annotation anchor"]],
  [0xfffa, ["IAS", "interlinear annotation separator"]],
  [0xfffb, ["IAT", "interlinear annotation terminator"]],
]);

const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;
// What only gives a sign before it another look, and a joiner, which makes one sign of several.
const isStyle = (code: number) => (code >= 0xfe00 && code <= 0xfe0f) || code === 0x200d;
const pictured = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Script=Arabic}\p{M}\ufe0f]$/u;

// Whether a non-joiner shows by what it does: it parts Arabic letters, but for those that connect to none, or stands beside a virama.
// The server asks the same of names (service/validation/text.cpp), and knows the joining scripts that are hardly written.
const nonJoiner = 0x200c;
const letterThatJoins = /^(?=[\u0600-\u08ff])(?![\u0621\u0674\u06e5\u06e6\u0887\u08ad\u08c9])(?=\p{Script=Arabic})\p{L}$/u;
const viramas = new Set("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1715\u1734\u17d2"
  + "\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua82c\ua8c4\ua953\ua9c0\uaaf6\uabed");
const passedOver = /^[\p{Mn}\p{Me}]$/u;

interface Around {
  before?: string;
  base?: string; // the one before that is no mark
  after?: string;
}

function partsLetters({ before = "", base = "", after = "" }: Around): boolean {
  return viramas.has(before) || viramas.has(after) || (letterThatJoins.test(base) && letterThatJoins.test(after));
}

// The short and the full name of a character that a reader would not see between those around it; undefined for one that shows.
export function hiddenName(code: number, around: Around = {}): [string, string] | undefined {
  const { before = "" } = around;
  if (code === nonJoiner && partsLetters(around)) return undefined;
  const known = invisible.get(code);
  if (known) return known;
  if ((code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0)) {
    return [`U+${code.toString(16).toUpperCase().padStart(4, "0")}`, "control character"];
  }
  if (code >= 0xe0000 && code <= 0xe007f) return ["TAG", "invisible tag character"];
  const character = String.fromCodePoint(code);
  if (code === 0x2800 || (ignorable.test(character) && !(isStyle(code) && (code !== 0x200d || pictured.test(before))))) {
    return [code === 0x200d ? "ZWJ" : `U+${code.toString(16).toUpperCase()}`, "invisible character"];
  }
  return undefined;
}

function utf8Length(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

interface Stretch {
  begin: number;
  end: number;
  mark: "spam" | "ham";
  reason: string;
  weight: number;
}

// The spans of the reasons, in bytes of the UTF-8 text. Where two meet, the weightier one is shown.
function stretchesOf(reasons: readonly Reason[]): Stretch[] {
  const all: Stretch[] = [];
  for (const reason of reasons) {
    const weight = reason.logOdds ?? (reason.decisive ? 1 : 0);
    if (weight === 0) continue;
    for (const span of reason.spans) {
      all.push({
        begin: span.beginByte, end: span.endByte, mark: weight > 0 ? "spam" : "ham", reason: reason.text,
        weight: Math.abs(weight),
      });
    }
  }
  return all.sort((a, b) => b.weight - a.weight);
}

// Cuts `text` into pieces. No more than `limit` characters; the caller says that there are more.
export function piecesOf(text: string, reasons: readonly Reason[] = [], limit = Infinity): Piece[] {
  const stretches = stretchesOf(reasons);
  const pieces: Piece[] = [];
  let byte = 0;
  let characters = 0;
  let open: Piece | undefined;
  let before = "";
  let base = "";
  let at = 0;
  for (const character of text) {
    if (characters++ >= limit) break;
    const code = character.codePointAt(0) ?? 0;
    at += character.length;
    const over = stretches.find((stretch) => stretch.begin <= byte && byte < stretch.end);
    byte += utf8Length(code);
    const after = code === nonJoiner ? String.fromCodePoint(text.codePointAt(at) ?? 0) : "";
    const hidden = hiddenName(code, { before, base, after });
    before = character;
    if (!passedOver.test(character)) base = character;
    if (hidden) {
      pieces.push({ text: hidden[0], hidden: hidden[1], mark: over?.mark, reason: over?.reason });
      open = undefined;
    } else if (open && open.mark === over?.mark && open.reason === over?.reason) {
      open.text += character;
    } else {
      open = { text: character, mark: over?.mark, reason: over?.reason };
      pieces.push(open);
    }
  }
  return pieces;
}

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

// A name within words of ours where there can be no element of its own (an attribute, a title, an option): what cannot be seen is
// named, and what is written from right to left turns nothing beside it.
export function plainName(name: string, max = 100): string {
  const pieces = piecesOf(name.replace(/\s+/g, " "), [], max).map(({ text, hidden }) => (hidden ? `[${text}]` : text)).join("");
  const cut = name.length > max ? `${pieces}…` : pieces;
  return rightToLeft.test(cut) ? `\u2068${cut}\u2069` : cut;
}

const utf8 = { to: new TextEncoder(), from: new TextDecoder() };
const words = (text: string) => text.trim().split(/\s+/).length;

// A name whose folding the text may be: as many letters and marks, the words as long.
function mayFoldTo(name: string, text: string): boolean {
  const letters = [...name.normalize("NFD")];
  const folded = [...text];
  return letters.length === folded.length && letters.every((letter, at) => (letter === " ") === (folded[at] === " "));
}

// What the classifier names is folded, so that lookalikes are one: an Arabic alef reads as a Latin l, its hamza stands alone.
// Where that shows, this is what was written instead: the stretch of the body, the author's name; else as it is, if there is
// more to be seen than marks.
export function asWritten({ code, text, spans }: Reason, body: string, name: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const [first] = spans;
  if (first) {
    const stretch = utf8.from.decode(utf8.to.encode(body).subarray(first.beginByte, first.endByte));
    if (stretch && words(stretch) === words(text)) return stretch;
  }
  if (mayFoldTo(name, text)) return name;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text.normalize("NFC") : code === "AUTHOR_NAME" ? "name" : "a mark alone";
}
