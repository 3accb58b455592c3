// Which words of a text are disguised, and how: the classifier's reasons tell that some are.
import type { Reason } from "@gen/assessment_pb";
import { piecesOf } from "./text";

export interface Disguise {
  word: string;
  what: string; // "а is Cyrillic"
}

const kExamplesMax = 5;
const words = /[\p{L}\p{M}\p{N}\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+/gu;
const scripts = ["Cyrillic", "Greek", "Armenian", "Hebrew", "Cherokee", "Coptic", "Georgian", "Lisu"]
  .map((name) => [name, new RegExp(`\\p{Script=${name}}`, "u")] as const);
const latin = /\p{Script=Latin}/u;
const unseen = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/u;

const scriptOf = (letter: string) => scripts.find(([, of]) => of.test(letter))?.[0] ?? "";
const styled = (letter: string) => letter.normalize("NFKC") !== letter && /^[A-Za-z0-9]+$/.test(letter.normalize("NFKC"));

// What is strange about a word; undefined when nothing is.
function strange(word: string): string | undefined {
  const foreign = [...new Set([...word].filter((letter) => scriptOf(letter)))];
  if (foreign.length && latin.test(word)) return foreign.slice(0, 3).map((letter) => `${letter} is ${scriptOf(letter)}`).join(", ");
  if ([...word].some(styled)) return `reads ${word.normalize("NFKC")}`;
  return unseen.test(word) && piecesOf(word).some(({ hidden }) => hidden) && [...word].some((letter) => !unseen.test(letter)) ? "has characters that are not seen" : undefined;
}

// Whether a reason is about disguises at all.
export const isAboutDisguise = ({ code, text }: Reason) => code === "DISGUISE" || /disguised character/.test(text);

export function disguisesOf(text: string): Disguise[] {
  const found = new Map<string, string>();
  for (const [word] of text.matchAll(words)) {
    const what = strange(word);
    if (what) found.set(word, what);
    if (found.size === kExamplesMax) break;
  }
  return [...found].map(([word, what]) => ({ word, what }));
}
