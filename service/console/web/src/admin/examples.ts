// Reads labelled comments from JSON lines, as `replyguard train` does.
import { Label } from "@gen/learning_pb";

export interface Example {
  externalId: string;
  label: Label;
  submission: { body: string; authorName: string; authorEmail: string; authorUrl: string; language: string };
}

const kIdCharacters = /^[\x21-\x7e]{1,128}$/;

// Throws an Error, for people, at the first line that is none. A line without a label is left out.
export function readExamples(text: string): Example[] {
  const examples: Example[] = [];
  text.split("\n").forEach((line, index) => {
    if (!line.trim()) return;
    let row: Record<string, unknown>;
    try {
      row = JSON.parse(line) as Record<string, unknown>;
    } catch {
      throw new Error(`Line ${index + 1} is no JSON object.`);
    }
    const label = String(row.label ?? "").toLowerCase();
    if (label === "" || label === "none") return;
    if (label !== "spam" && label !== "ham") throw new Error(`Line ${index + 1}: the label is neither spam nor ham.`);
    if (typeof row.text !== "string" || !row.text) throw new Error(`Line ${index + 1} has no text.`);
    const of = (name: string) => (typeof row[name] === "string" ? (row[name] as string) : "");
    const id = String(row.id ?? index + 1);
    examples.push({
      externalId: kIdCharacters.test(id) ? id : String(index + 1), label: label === "spam" ? Label.SPAM : Label.HAM,
      submission: { body: row.text, authorName: of("author"), authorEmail: of("author_email"), authorUrl: of("author_url"), language: of("language") },
    });
  });
  return examples;
}
