// How far the probabilities can be trusted, and which threshold keeps a promise.
import { useState } from "preact/hooks";
import { Code, ConnectError } from "@connectrpc/connect";
import type { SuggestThresholdResponse } from "@gen/model_service_pb";
import type { ModelCalibrationBin } from "@gen/model_calibration_pb";
import { explain } from "../api/errors";
import { count, number, plural, share } from "../lib/format";
import { useLoad } from "../lib/load";
import { Empty, Failure, Field, Loading } from "../ui/parts";
import { Chart, shareTicks, xAt, yAt } from "./charts";
import { model } from "./client";

function Reliability({ bins }: { bins: readonly ModelCalibrationBin[] }) {
  const points = bins.map((bin) => ({ x: bin.meanProbability, y: bin.spam?.share ?? 0, low: bin.spamLowerBound, high: bin.spam?.upperBound ?? 1 }));
  return (
    <Chart title="Said and found" xTicks={shareTicks} yTicks={shareTicks} xLabel="what the machine said" yLabel="how much of it was spam"
      table={
        <table>
          <thead><tr><th>Said</th><th>Was spam</th><th>Between, with 95 %</th><th>Judged</th></tr></thead>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.probabilityMin}>
                <td class="number">{share(bin.meanProbability)}</td><td class="number">{share(bin.spam?.share ?? 0)}</td>
                <td class="number">{share(bin.spamLowerBound)} and {share(bin.spam?.upperBound ?? 1)}</td><td class="number">{count(bin.spam?.count ?? 0n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }>
      <line class="ideal" x1={xAt(0)} y1={yAt(0)} x2={xAt(1)} y2={yAt(1)} />
      {points.map(({ x, low, high }) => <line key={x} class="interval" x1={xAt(x)} x2={xAt(x)} y1={yAt(low)} y2={yAt(high)} />)}
      <polyline class="series" points={points.map(({ x, y }) => `${xAt(x)},${yAt(y)}`).join(" ")} />
      {points.map(({ x, y }) => <circle key={x} class="point" cx={xAt(x)} cy={yAt(y)} r="4" />)}
    </Chart>
  );
}

interface Cut {
  threshold: number;
  caught: number; // of the spam
  lost: number; // of the good comments
}

// What each threshold between two bins would have caught and lost.
function cutsOf(bins: readonly ModelCalibrationBin[]): Cut[] {
  const counted = bins.map((bin) => {
    const all = Number(bin.spam?.count ?? 0n);
    const spam = all * (bin.spam?.share ?? 0);
    return { threshold: bin.probabilityMin, spam, ham: all - spam };
  });
  const spams = counted.reduce((sum, { spam }) => sum + spam, 0) || 1;
  const hams = counted.reduce((sum, { ham }) => sum + ham, 0) || 1;
  let caught = 0;
  let lost = 0;
  return [...counted].reverse().map(({ threshold, spam, ham }) => {
    caught += spam;
    lost += ham;
    return { threshold, caught: caught / spams, lost: lost / hams };
  });
}

function Roc({ bins }: { bins: readonly ModelCalibrationBin[] }) {
  const cuts = cutsOf(bins);
  const line = [{ threshold: 1, caught: 0, lost: 0 }, ...cuts];
  const area = line.slice(1).reduce((sum, { caught, lost }, at) => sum + (lost - line[at]!.lost) * (caught + line[at]!.caught) / 2, 0);
  return (
    <Chart title={`Caught and lost (ROC): ${share(area)} of the area`} xTicks={shareTicks} yTicks={shareTicks} xLabel="good comments lost" yLabel="spam caught"
      table={
        <table>
          <thead><tr><th>Spam from</th><th>Spam caught</th><th>Good comments lost</th></tr></thead>
          <tbody>
            {cuts.map(({ threshold, caught, lost }) => (
              <tr key={threshold}><td class="number">{share(threshold)}</td><td class="number">{share(caught)}</td><td class="number">{share(lost)}</td></tr>
            ))}
          </tbody>
        </table>
      }>
      <line class="ideal" x1={xAt(0)} y1={yAt(0)} x2={xAt(1)} y2={yAt(1)} />
      <polyline class="series" points={line.map(({ caught, lost }) => `${xAt(lost)},${yAt(caught)}`).join(" ")} />
      {cuts.map(({ threshold, caught, lost }) => <circle key={threshold} class="point" cx={xAt(lost)} cy={yAt(caught)} r="4" />)}
    </Chart>
  );
}

function Threshold({ site }: { site: string }) {
  const [oneIn, setOneIn] = useState("1000");
  const [result, setResult] = useState<SuggestThresholdResponse>();
  const [error, setError] = useState("");
  return (
    <section class="panel">
      <h2>A threshold that keeps a promise</h2>
      <form class="inline-form" onSubmit={(event) => {
        event.preventDefault();
        setError("");
        setResult(undefined);
        model.suggestThreshold({ name: `sites/${site}/model`, hamLossMax: 1 / Number(oneIn) }).then(setResult, (reason: unknown) => setError(explain(reason)));
      }}>
        <Field label="Lose at most one good comment in">
          <input type="number" min={2} max={1000000} required value={oneIn} onInput={(event) => setOneIn(event.currentTarget.value)} />
        </Field>
        <button type="submit" class="button">Find it</button>
      </form>
      {error && <p class="notice warn" role="status">{error}</p>}
      {result && (
        <p class="notice good" role="status">
          Call spam what has at least {share(result.threshold)}: with {share(result.confidence)} confidence. It would have caught {share(result.spamCaught)} of the spam
          ({plural(result.spamCount, "judged comment", "judged comments")}) and lost {share(result.hamLoss)} of {plural(result.hamCount, "good comment", "good comments")}.
        </p>
      )}
    </section>
  );
}

export function Calibration({ site }: { site: string }) {
  const { data, error, reload } = useLoad(() => model.getModelCalibration({ name: `sites/${site}/model` }), [site]);
  const tooFew = error !== undefined && ConnectError.from(error).code === Code.FailedPrecondition;
  return (
    <div class="stack">
      {tooFew && <Empty icon="model" title="Too early to say"><p>{explain(error)}</p></Empty>}
      {error !== undefined && !tooFew && <Failure error={error} retry={reload} />}
      {!data && error === undefined && <Loading what="what people judged" />}
      {data && (
        <section class="panel">
          <div class="charts"><Reliability bins={data.bins} /><Roc bins={data.bins} /></div>
          <dl class="figures">
            <div><dt>Good comments lost</dt><dd>{share(data.hamLost?.share ?? 0)}</dd><dd class="note">at most {share(data.hamLost?.upperBound ?? 1)}</dd></div>
            <div><dt>Spam that gets by</dt><dd>{share(data.spamMissed?.share ?? 0)}</dd><dd class="note">at the threshold {share(data.spamThreshold)}</dd></div>
            <div><dt>Distance of said and found</dt><dd>{number(data.calibrationError)}</dd><dd class="note">0 is perfect</dd></div>
            <div><dt>Judged comments</dt><dd>{count(data.judgedCount)}</dd><dd class="note">{count(data.blindSampleCount)} of them drawn blind</dd></div>
          </dl>
        </section>
      )}
      <Threshold site={site} />
    </div>
  );
}
