// Whether what comes in, or what people make of it, has changed.
import { ModelDriftComparison_Level, type ModelDriftDay } from "@gen/model_drift_pb";
import { count, day, number, share } from "../lib/format";
import { useLoad } from "../lib/load";
import { Chip, Failure, Loading } from "../ui/parts";
import { Chart, yAt } from "./charts";
import { model } from "./client";

const kDays = 35;

const levels: Record<ModelDriftComparison_Level, [string, "ham" | "hold" | "spam" | "plain"]> = {
  [ModelDriftComparison_Level.UNSPECIFIED]: ["", "plain"], [ModelDriftComparison_Level.TOO_FEW]: ["too few comments to say", "plain"],
  [ModelDriftComparison_Level.NONE]: ["as before", "ham"], [ModelDriftComparison_Level.SOME]: ["somewhat different", "hold"],
  [ModelDriftComparison_Level.STRONG]: ["very different", "spam"],
};

const dateOf = (one: ModelDriftDay) => day(new Date(`${one.date}T12:00:00Z`));
const totalOf = (one: ModelDriftDay) => Number(one.approvedCount + one.heldCount + one.spamCount);

function Days({ days }: { days: readonly ModelDriftDay[] }) {
  const inTime = [...days].reverse();
  const most = Math.max(1, ...inTime.map(totalOf));
  const ends: [number, string][] = inTime.length ? [[0, dateOf(inTime[0]!)], [1, dateOf(inTime[inTime.length - 1]!)]] : [];
  return (
    <Chart title="Comments a day, by what the machine made of them" xTicks={ends} yTicks={[[0, "0"], [0.5, count(Math.round(most / 2))], [1, count(most)]]} xLabel=""
      table={
        <table>
          <thead><tr><th>Day (UTC)</th><th>Approved</th><th>Held</th><th>Spam</th><th>People contradicted</th><th>New to it</th></tr></thead>
          <tbody>
            {days.map((one) => (
              <tr key={one.date}>
                <td>{dateOf(one)}</td><td class="number">{count(one.approvedCount)}</td><td class="number">{count(one.heldCount)}</td><td class="number">{count(one.spamCount)}</td>
                <td class="number">{count(one.spamThenApprovedCount + one.approvedThenSpamCount)} of {count(one.decidedCount)}</td>
                <td class="number">{one.novelty === undefined ? "" : share(one.novelty)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }>
      {(xAt) => inTime.map((one, index) => {
        const width = (xAt(1) - xAt(0)) / inTime.length;
        let from = 0;
        const part = (kind: string, value: bigint) => {
          const top = from + Number(value) / most;
          const bar = <rect key={kind} class={`bar ${kind}`} x={xAt(0) + index * width + 1} width={Math.max(1, width - 2)} y={yAt(top)} height={Math.max(0, yAt(from) - yAt(top))} />;
          from = top;
          return bar;
        };
        return <g key={one.date}>{part("ham", one.approvedCount)}{part("hold", one.heldCount)}{part("spam", one.spamCount)}</g>;
      })}
    </Chart>
  );
}

const correctedOf = (one: ModelDriftDay) => Number(one.spamThenApprovedCount + one.approvedThenSpamCount);

// How it learns: of what people decided until a day, how much it had been sure of and was wrong. Falls as it learns.
function LearningCurve({ days }: { days: readonly ModelDriftDay[] }) {
  let decided = 0;
  let corrected = 0;
  const points = [...days].reverse().flatMap((one, at) => {
    decided += Number(one.decidedCount);
    corrected += correctedOf(one);
    return decided ? [{ one, x: days.length > 1 ? at / (days.length - 1) : 0.5, y: corrected / decided, decided, corrected }] : [];
  });
  if (points.length < 2) return null;
  const most = Math.max(0.02, ...points.map(({ y }) => y));
  return (
    <section class="panel">
      <Chart title="Learning curve: how much of it people corrected, up to each day" xTicks={[[0, dateOf(days[days.length - 1]!)], [1, dateOf(days[0]!)]]}
        yTicks={[[0, "0"], [0.5, share(most / 2)], [1, share(most)]]} xLabel=""
        table={
          <table>
            <thead><tr><th>Until</th><th>Corrected</th><th>Decided</th><th>Share</th></tr></thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.one.date}>
                  <td>{dateOf(point.one)}</td><td class="number">{count(point.corrected)}</td><td class="number">{count(point.decided)}</td><td class="number">{share(point.y)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        }>
        {(xAt) => <polyline class="series" points={points.map(({ x, y }) => `${xAt(x)},${yAt(y / most)}`).join(" ")} />}
      </Chart>
    </section>
  );
}

export function Drift({ site }: { site: string }) {
  const { data, error, reload } = useLoad(() => model.getModelDrift({ name: `sites/${site}/model`, dayCount: kDays }), [site]);
  if (error !== undefined) return <Failure error={error} retry={reload} />;
  if (!data) return <Loading what="the last weeks" />;
  const comparison = data.comparison;
  const [words, tone] = levels[comparison?.level ?? ModelDriftComparison_Level.UNSPECIFIED];
  return (
    <div class="stack">
      <section class="panel">
        <div class="panel-head"><h2>The last week against the four before</h2><Chip tone={tone}>{words}</Chip></div>
        <p>{comparison?.summary}</p>
        <dl class="figures">
          <div><dt>Stability index</dt><dd>{comparison?.stabilityIndex === undefined ? "none" : number(comparison.stabilityIndex)}</dd>
            <dd class="note">{comparison?.stabilityIndexByChance === undefined ? "" : `by chance below ${number(comparison.stabilityIndexByChance)}`}</dd></div>
          <div><dt>Comments this week</dt><dd>{count(comparison?.recent?.commentCount ?? 0n)}</dd><dd class="note">{count(comparison?.base?.commentCount ?? 0n)} in the four before</dd></div>
          <div><dt>People contradicted</dt><dd>{count(comparison?.recent?.overrideCount ?? 0n)}</dd><dd class="note">of {count(comparison?.recent?.decidedCount ?? 0n)} decided</dd></div>
          <div><dt>New to the model</dt><dd>{comparison?.recent?.novelty === undefined ? "unknown" : share(comparison.recent.novelty)}</dd>
            <dd class="note">{comparison?.base?.novelty === undefined ? "" : `${share(comparison.base.novelty)} before`}</dd></div>
        </dl>
      </section>
      <LearningCurve days={data.days} />
      <section class="panel">
        <Days days={data.days} />
        <p class="chart-legend"><span class="ham">approved</span><span class="hold">held</span><span class="spam">spam</span></p>
      </section>
    </div>
  );
}
