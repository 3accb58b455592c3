// Untrusted text: text nodes only, each in its own direction, with what cannot be seen named.
import { useMemo, useState } from "preact/hooks";
import type { Reason } from "@gen/assessment_pb";
import { count } from "../lib/format";
import { piecesOf, type Piece } from "../lib/text";

const kShownCharacters = 4_000;

function PieceView({ piece }: { piece: Piece }) {
  if (piece.hidden) return <span class="hidden-char" title={piece.hidden} data-mark={piece.mark}>{piece.text}</span>;
  if (!piece.mark) return <>{piece.text}</>;
  return <mark class={piece.mark} title={piece.reason}>{piece.text}</mark>;
}

// A comment's body, the deciding words marked. Long ones are cut, with a button for the rest.
export function BodyText({ text, reasons, quiet }: { text: string; reasons?: readonly Reason[]; quiet?: boolean }) {
  const [all, setAll] = useState(false);
  const long = text.length > kShownCharacters;
  const pieces = useMemo(
    () => piecesOf(text, reasons, all ? Infinity : kShownCharacters), [text, reasons, all]);
  return (
    <div class={quiet ? "untrusted quiet" : "untrusted"}>
      <p dir="auto">
        {pieces.map((piece, index) => <PieceView key={index} piece={piece} />)}
        {long && !all && "…"}
      </p>
      {long && (
        <button type="button" class="link" onClick={() => setAll(!all)}>
          {all ? "Show less" : `Show all ${count(text.length)} characters`}
        </button>
      )}
    </div>
  );
}

// A name, an address, an excerpt within a line of ours.
export function Inline({ text, max = 200 }: { text: string; max?: number }) {
  const pieces = useMemo(() => piecesOf(text.replace(/\s+/g, " "), [], max), [text, max]);
  return (
    <bdi class="inline-text">
      {pieces.map((piece, index) => <PieceView key={index} piece={piece} />)}
      {text.length > max && "…"}
    </bdi>
  );
}
