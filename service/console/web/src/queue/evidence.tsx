// Why the machine said what it said: the probability, and every reason with its weight.
import type { Reason, Verdict } from "@gen/assessment_pb";
import { Reason_Kind } from "@gen/assessment_pb";
import type { Comment } from "@gen/comment_pb";
import { disguisesOf, isAboutDisguise } from "../lib/disguise";
import { nats, plural, probability } from "../lib/format";
import { asWritten } from "../lib/text";
import { Icon } from "../ui/icon";
import { Chip } from "../ui/parts";
import { Inline } from "../ui/text";
import { inWords, describeVerdict } from "./words";

const kReasonsShown = 8;

export function VerdictChip({ verdict, more = "" }: { verdict: Verdict; more?: string }) {
  const { tone, text } = describeVerdict(verdict);
  return <Chip tone={tone}>{text}{more}</Chip>;
}

function Meter({ value }: { value: number }) {
  const position = `${(value * 100).toFixed(1)}%`;
  return (
    <div class="meter" role="meter" aria-label="Spam probability" aria-valuemin={0} aria-valuemax={1}
      aria-valuenow={Number(value.toFixed(3))} aria-valuetext={`${probability(value)} spam`}>
      <div class="meter-track"><span class="meter-dot" style={{ left: position }} /></div>
      <div class="meter-ends" aria-hidden="true"><span>good</span><span>unsure</span><span>spam</span></div>
    </div>
  );
}

function seenIn({ spamCount, hamCount }: Reason): string {
  if (spamCount === undefined && hamCount === undefined) return "";
  // What other sites and the starter model know is not counted here.
  if (!spamCount && !hamCount) return "not seen on this site: known from elsewhere";
  return `in ${spamCount ?? 0} spam, ${hamCount ?? 0} good`;
}

function Weighed({ reason, most, words }: { reason: Reason; most: number; words: string }) {
  const weight = reason.logOdds ?? 0;
  const tone = weight > 0 ? "spam" : "ham";
  const width = `${Math.min(100, (Math.abs(weight) / most) * 100).toFixed(1)}%`;
  return (
    <li class={`weighed ${tone}`}>
      <span class="weighed-word"><Inline text={words} max={80} /></span>
      <span class="weighed-value">{nats(weight)}</span>
      <span class="weighed-bar" aria-hidden="true"><span style={{ width }} /></span>
      {seenIn(reason) && <span class="weighed-seen">{seenIn(reason)}</span>}
    </li>
  );
}

function WeighedList({ reasons, most, comment }: { reasons: readonly Reason[]; most: number; comment: Comment }) {
  return (
    <ul class="weighed-list">
      {reasons.map((reason, index) => (
        <Weighed key={index} reason={reason} most={most} words={asWritten(reason, comment.body, comment.author?.displayName ?? "")} />
      ))}
    </ul>
  );
}

export function Evidence({ comment, blind }: { comment: Comment; blind?: boolean }) {
  const { assessment, body } = comment;
  if (blind) {
    return (
      <section class="panel" aria-label="Evidence">
        <h2>Judge for yourself</h2>
        <p class="muted">
          This one was drawn at random, and what the machine said of it is kept from you: your word measures the machine.
        </p>
      </section>
    );
  }
  if (!assessment) {
    return <section class="panel"><h2>Evidence</h2><p class="muted">The machine has said nothing of this comment.</p></section>;
  }
  const policy = assessment.reasons.filter(({ kind }) => kind !== Reason_Kind.CLASSIFIER);
  const weighed = assessment.reasons.filter(({ kind }) => kind === Reason_Kind.CLASSIFIER);
  const disguises = weighed.some(isAboutDisguise) ? disguisesOf(body) : [];
  const most = Math.max(1, ...weighed.map(({ logOdds }) => Math.abs(logOdds ?? 0)));
  return (
    <section class="panel" aria-label="Evidence">
      <div class="panel-head">
        <h2>Evidence</h2>
        <VerdictChip verdict={assessment.verdict} more={assessment.blatant ? ", blatant" : ""} />
      </div>
      {assessment.probability !== undefined ? (
        <>
          <p class="probability"><strong>{probability(assessment.probability)}</strong> spam</p>
          <Meter value={assessment.probability} />
        </>
      ) : (
        <p class="muted">The classifier did not score it.</p>
      )}
      {assessment.degraded && (
        <p class="notice warn"><Icon name="warning" />Some evidence that the policy wants could not be had.</p>
      )}
      {policy.length > 0 && (
        <ul class="policy-reasons">
          {policy.map((reason, index) => (
            <li key={index} class={reason.decisive ? "decisive" : ""}>
              <Inline text={reason.text} max={300} />
              {reason.decisive && <span class="tag">decided</span>}
            </li>
          ))}
        </ul>
      )}
      {disguises.length > 0 && (
        <>
          <h3>Disguised</h3>
          <ul class="disguises">
            {disguises.map(({ word, what }) => <li key={word}>“<Inline text={word} max={40} />”: <Inline text={what} max={120} /></li>)}
          </ul>
        </>
      )}
      {weighed.length > 0 && (
        <>
          <h3>
            What speaks for <span class="legend spam">spam</span> and for <span class="legend ham">good</span>
          </h3>
          <WeighedList reasons={weighed.slice(0, kReasonsShown)} most={most} comment={comment} />
          {weighed.length > kReasonsShown && (
            <details>
              <summary>{plural(weighed.length - kReasonsShown, "more reason", "more reasons")}</summary>
              <WeighedList reasons={weighed.slice(kReasonsShown)} most={most} comment={comment} />
            </details>
          )}
        </>
      )}
      <p class="muted small">
        Model <code>{assessment.modelId || "none"}</code>, policy revision {String(assessment.policyRevision)}.
        {assessment.notConsulted.length > 0 && ` Not asked: ${assessment.notConsulted.map(inWords).join(", ")}.`}
      </p>
    </section>
  );
}
