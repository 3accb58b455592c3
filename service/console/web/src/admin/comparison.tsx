// Two generations side by side, on labels that neither has learnt.
import { useState } from "preact/hooks";
import { Label } from "@gen/learning_pb";
import type { ModelComparison, ModelFigures, ModelShare } from "@gen/model_generation_pb";
import { moderation } from "../api/moderation";
import { count, number, plural, share } from "../lib/format";
import { useLoad } from "../lib/load";
import { idOf } from "../lib/names";
import { VerdictChip } from "../queue/evidence";
import { commentPath } from "../router";
import { TableWrap } from "../ui/table";
import { Inline } from "../ui/text";

const ratio = (one: ModelShare | undefined) => (one && one.totalCount ? share(Number(one.count) / Number(one.totalCount)) : "none");

function ShareCell({ of }: { of: ModelShare | undefined }) {
  return (
    <td class="number">
      {ratio(of)}{of && <div class="muted small">{count(of.count)} of {count(of.totalCount)}; {share(of.lowerBound)} to {share(of.upperBound)}</div>}
    </td>
  );
}

function Row({ label, of, render }: { label: string; of: [ModelFigures | undefined, ModelFigures | undefined]; render: (figures: ModelFigures) => string }) {
  return <tr><th scope="row">{label}</th>{of.map((one, index) => <td key={index} class="number">{one ? render(one) : ""}</td>)}</tr>;
}

const labelWords = (label: Label) => (label === Label.SPAM ? "spam" : label === Label.HAM ? "good" : "");

// Read when it is shown: a comparison tells names alone.
function CommentText({ name }: { name: string }) {
  const { data, error } = useLoad(() => moderation.getReview({ name }), [name]);
  const comment = data?.comment;
  return (
    <a href={commentPath(name)} target="_blank">
      {comment ? <Inline text={`${comment.author?.displayName || "No name"}: ${comment.body}`} max={120} />
        : error === undefined ? "…" : <code>{idOf(name).slice(0, 12)}</code>}
    </a>
  );
}

const ofHundred = (value: number) => share(value / 100);

export function Comparison({ comparison }: { comparison: ModelComparison }) {
  const [open, setOpen] = useState(false);
  const of: [ModelFigures | undefined, ModelFigures | undefined] = [comparison.base, comparison.candidate];
  return (
    <div class="stack">
      <p class="muted">
        {plural(comparison.heldOutCount, "held-out comment", "held-out comments")}, {count(comparison.heldOutSpamCount)} of them spam;
        learnt from {plural(comparison.labelCount, "label", "labels")}{comparison.excludedCount > 0n && `, ${count(comparison.excludedCount)} left out`}.
      </p>
      <TableWrap label="Two generations compared">
        <table>
          <thead><tr><th /><th>Generation {idOf(comparison.base?.generation ?? "")}, active then</th><th>Generation {idOf(comparison.candidate?.generation ?? "")}</th></tr></thead>
          <tbody>
            <tr><th scope="row">Good comments lost</th><ShareCell of={comparison.base?.hamLost} /><ShareCell of={comparison.candidate?.hamLost} /></tr>
            <tr><th scope="row">Spam missed</th><ShareCell of={comparison.base?.spamMissed} /><ShareCell of={comparison.candidate?.spamMissed} /></tr>
            <Row label="Wrong at 50 %" of={of} render={({ errorPct }) => ofHundred(errorPct)} />
            <Row label="Above the ROC curve" of={of} render={({ oneMinusRocaPct }) => ofHundred(oneMinusRocaPct)} />
            <Row label="Calibration error" of={of} render={({ calibrationError }) => number(calibrationError)} />
            <Row label="Logistic average of ham lost and spam missed" of={of} render={({ lamPct }) => ofHundred(lamPct)} />
            <Row label="Brier score" of={of} render={({ brier }) => number(brier)} />
            <Row label="Spam caught at 0.1 % of good ones lost" of={of} render={({ spamCaughtPctAt01 }) => ofHundred(spamCaughtPctAt01)} />
            <Row label="Spam caught at 0.5 % of good ones lost" of={of} render={({ spamCaughtPctAt05 }) => ofHundred(spamCaughtPctAt05)} />
          </tbody>
        </table>
      </TableWrap>
      {comparison.changes.length > 0 && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{plural(comparison.changedCount, "verdict differs", "verdicts differ")}</summary>
          {open && <TableWrap label="Verdicts that differ">
            <table>
              <thead><tr><th>Comment</th><th>People say</th><th>Before</th><th>After</th></tr></thead>
              <tbody>
                {comparison.changes.map((one) => (
                  <tr key={one.comment + one.externalId}>
                    <td class="wide-cell">{one.comment ? <CommentText name={one.comment} /> : <code>{one.externalId.slice(0, 24)}</code>}</td>
                    <td>{labelWords(one.label)}</td>
                    <td><VerdictChip verdict={one.baseVerdict} /></td>
                    <td><VerdictChip verdict={one.candidateVerdict} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableWrap>}
        </details>
      )}
    </div>
  );
}
