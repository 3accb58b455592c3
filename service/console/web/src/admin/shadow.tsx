// What the shadow generation would have said of new comments, and who was right.
import { ShadowDisagreement_Right } from "@gen/shadow_pb";
import { count, plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { idOf, siteName } from "../lib/names";
import { describeVerdict } from "../queue/words";
import { Chip, Empty, Failure, Loading, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Inline } from "../ui/text";
import { model } from "./client";

const rights: Record<ShadowDisagreement_Right, string> = {
  [ShadowDisagreement_Right.UNSPECIFIED]: "nobody has said", [ShadowDisagreement_Right.ACTIVE]: "the active one", [ShadowDisagreement_Right.SHADOW]: "the shadow",
};

export function Shadow({ site }: { site: string }) {
  const { data, error, reload } = useLoad(async () => {
    const [{ report }, { disagreements }] = await Promise.all([
      model.getShadowReport({ parent: siteName(site) }), model.listShadowDisagreements({ parent: siteName(site), pageSize: 50 }),
    ]);
    return { report, disagreements };
  }, [site]);
  if (error !== undefined) return <Failure error={error} retry={reload} />;
  if (!data) return <Loading what="what the shadow said" />;
  const { report, disagreements } = data;
  if (!report?.generation) {
    return <Empty icon="copies" title="No shadow"><p>A generation can judge new comments beside the active one, without effect. Choose one under Generations.</p></Empty>;
  }
  return (
    <div class="stack">
      <section class="panel">
        <h2>Generation {idOf(report.generation)} as the shadow, 30 days</h2>
        <dl class="figures">
          <div><dt>Judged by both</dt><dd>{count(report.comparedCount)}</dd></div>
          <div><dt>Differed on</dt><dd>{count(report.disagreedCount)}</dd></div>
          <div><dt>The active one was right</dt><dd>{count(report.activeRightCount)}</dd></div>
          <div><dt>The shadow was right</dt><dd>{count(report.shadowRightCount)}</dd></div>
        </dl>
        <p class="muted small">{plural(report.disagreedCount - report.activeRightCount - report.shadowRightCount, "is", "are")} not settled by a person yet.</p>
      </section>
      {disagreements.length > 0 && (
        <TableWrap label="Where they differ">
          <table>
            <thead><tr><th>Comment</th><th>Answered</th><th>Shadow</th><th>Who was right</th><th>When</th></tr></thead>
            <tbody>
              {disagreements.map((one) => (
                <tr key={one.comment + one.generation}>
                  <td><Inline text={one.excerpt} max={90} /></td>
                  <td><Chip tone={describeVerdict(one.verdict).tone}>{describeVerdict(one.verdict).text}</Chip></td>
                  <td><Chip tone={describeVerdict(one.shadowVerdict).tone}>{describeVerdict(one.shadowVerdict).text}</Chip></td>
                  <td>{rights[one.right]}</td><td class="muted"><Time at={one.assessTime} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
    </div>
  );
}
