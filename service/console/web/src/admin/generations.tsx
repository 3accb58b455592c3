// Generations: ways of folding the label log. Made and compared by an operation, activated behind a gate, rolled back at once.
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { useState } from "preact/hooks";
import {
  ModelActivation_Kind, ModelComparisonSchema, RetrainModelResultSchema, type ListModelGenerationsResponse, type ModelComparison,
  type ModelGeneration,
} from "@gen/model_generation_pb";
import type { Operation } from "@gen/operation_pb";
import { errorInfoOf, explain } from "../api/errors";
import { useLoad } from "../lib/load";
import { idOf } from "../lib/names";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Chip, Failure, Loading, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Inline } from "../ui/text";
import { say } from "../ui/toast";
import { Comparison } from "./comparison";
import { admin, model, operations } from "./client";
import { OperationPanel } from "./operation";
import { RetrainDialog } from "./retrain";

interface State extends Pick<ListModelGenerationsResponse, "generations" | "activations" | "refusals"> {
  running?: Operation;
  shadow: string;
  keys: ReadonlyMap<string, string>; // names of keys, for people
}

async function readState(): Promise<State> {
  const [lists, { operations: running }, shadow, keys] = await Promise.all([
    model.listModelGenerations({ pageSize: 100 }),
    operations.listOperations({ done: false, pageSize: 1 }),
    model.getShadowReport({ parent: "sites/-", days: 1 }).then(({ report }) => report?.setting?.generation ?? "", () => ""),
    admin.listApiKeys({ pageSize: 500 }).then(({ apiKeys }) => new Map(apiKeys.map(({ name, displayName }) => [name, displayName])), () => new Map()),
  ]);
  return { generations: lists.generations, activations: lists.activations, refusals: lists.refusals, running: running[0], shadow, keys };
}

// Where rolling back leads: each activation lies on the one before, and rolling back takes the topmost off. Undefined where
// nothing lies below, or the list does not reach back that far.
function below(activations: State["activations"]): string | undefined {
  const stack: string[] = [];
  for (const { kind, generation } of [...activations].reverse()) {
    if (kind === ModelActivation_Kind.ROLLED_BACK) stack.pop();
    else stack.push(generation);
  }
  return stack[stack.length - 2];
}

function ComparisonDialog({ generation, onClose }: { generation: ModelGeneration; onClose: () => void }) {
  const { data, error, reload } = useLoad(() => model.getModelGeneration({ name: generation.name }), [generation.name]);
  return (
    <Dialog title={`Generation ${idOf(generation.name)} against the one before`} onClose={onClose} wide>
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!data && error === undefined && <Loading what="the comparison" />}
      {data && (data.comparison ? <Comparison comparison={data.comparison} /> : <p>It was compared with nothing: it is the first, or there were too few labels to compare by.</p>)}
    </Dialog>
  );
}

function ActivateDialog({ generation, onClose, onDone, onOperation }: {
  generation: ModelGeneration; onClose: () => void; onDone: () => void; onOperation: (operation: Operation) => void;
}) {
  const [refused, setRefused] = useState("");
  const [error, setError] = useState("");
  const activate = (force: boolean) => model.activateModelGeneration({ name: generation.name, force }).then((answer) => {
    if (answer.operation) onOperation(answer.operation);
    else say(`Generation ${idOf(generation.name)} answers now.`, "good");
    onDone();
    onClose();
  }, (reason: unknown) => {
    if (["WORSE_HAM_LOSS", "WORSE_SPAM_MISS"].includes(errorInfoOf(reason)?.reason ?? "")) setRefused(explain(reason));
    else setError(explain(reason));
  });
  return (
    <Dialog title={`Let generation ${idOf(generation.name)} answer?`} onClose={onClose}>
      <p>Each server builds it beside the one that answers, then changes over at once. It is refused when it would lose more good comments, or miss more spam.</p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      {refused && <p class="notice warn" role="alert"><Icon name="warning" /><span>{refused} You can activate it all the same; the history says that you did.</span></p>}
      <div class="form-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        {refused
          ? <button type="button" class="button danger" onClick={() => void activate(true)}>Activate it all the same</button>
          : <button type="button" class="button primary" onClick={() => void activate(false)}>Activate</button>}
      </div>
    </Dialog>
  );
}

function RollbackDialog({ from, to, onClose, onDone }: { from: string; to: string; onClose: () => void; onDone: () => void }) {
  const [error, setError] = useState("");
  return (
    <Dialog title={`Roll back to generation ${idOf(to)}?`} onClose={onClose}>
      <p>
        Generation {idOf(to)} answers again, in place of {idOf(from)}: on every server, at once, and without a comparison.
        Generation {idOf(from)} stays, and can be activated again.
      </p>
      {error && <p class="notice bad" role="alert">{error}</p>}
      <div class="form-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button danger" onClick={() => void model.rollbackModel({}).then(({ activation }) => {
          say(`Rolled back: generation ${idOf(activation?.generation ?? to)} answers now.`, "good");
          onDone();
          onClose();
        }, (reason: unknown) => setError(explain(reason)))}>
          Roll back to {idOf(to)}
        </button>
      </div>
    </Dialog>
  );
}

const activationWords: Record<ModelActivation_Kind, string> = {
  [ModelActivation_Kind.UNSPECIFIED]: "", [ModelActivation_Kind.FIRST]: "at installation", [ModelActivation_Kind.ACTIVATED]: "activated",
  [ModelActivation_Kind.ROLLED_BACK]: "rolled back to",
};

function History({ state }: { state: State }) {
  const who = (name: string) => state.keys.get(name) || idOf(name);
  return (
    <section class="panel">
      <h2>Activations</h2>
      <ul class="rows">
        {state.activations.map((one, index) => (
          <li key={index}>
            <span>Generation {idOf(one.generation)} {activationWords[one.kind]}{one.forced && <span class="tag">forced</span>}</span>
            <span class="muted small">{one.activatedBy && <><Inline text={who(one.activatedBy)} max={60} />, </>}<Time at={one.activateTime} /></span>
          </li>
        ))}
        {state.refusals.map((one, index) => (
          <li key={`refused${index}`}>
            <span>Generation {idOf(one.candidate?.generation ?? "")} <Chip tone="spam">refused: it would lose more good comments</Chip></span>
            <span class="muted small"><Inline text={who(one.attemptedBy)} max={60} />, <Time at={one.attemptTime} /></span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Opened = { what: "retrain" | "rollback" } | { what: "compare" | "activate"; of: ModelGeneration } | { what: "result"; comparison: ModelComparison };

export function Generations() {
  const { data, error, reload } = useLoad(readState, []);
  const [operation, setOperation] = useState<Operation>();
  const [opened, setOpened] = useState<Opened>();
  const running = operation ?? data?.running;
  const close = () => setOpened(undefined);
  const ended = (one: Operation) => {
    reload();
    const response = one.result.case === "response" ? one.result.value : undefined;
    const result = response && anyUnpack(response, RetrainModelResultSchema);
    const comparison = result?.comparison ?? (response && anyUnpack(response, ModelComparisonSchema));
    if (comparison) setOpened({ what: "result", comparison });
  };
  const tell = (work: Promise<unknown>, done: string) =>
    void work.then(() => { say(done, "good"); reload(); }, (reason: unknown) => say(explain(reason), "bad"));
  if (error !== undefined) return <Failure error={error} retry={reload} />;
  if (!data) return <Loading what="the generations" />;
  const active = data.generations.find((one) => one.active);
  const before = below(data.activations);
  return (
    <div class="stack">
      <div class="page-tools">
        <button type="button" class="button primary" disabled={Boolean(running && !running.done && running !== operation)} onClick={() => setOpened({ what: "retrain" })}><Icon name="plus" />Retrain</button>
        <button type="button" class="button" disabled={!before} onClick={() => setOpened({ what: "rollback" })}>
          <Icon name="undo" />Roll back
        </button>
        {data.shadow && (
          <button type="button" class="button" onClick={() => tell(model.setShadowGeneration({ generation: "" }), "The shadow is off.")}>Take the shadow off</button>
        )}
      </div>
      {running && <OperationPanel key={running.name} operation={running} onEnd={ended} />}
      <TableWrap label="Generations">
        <table>
          <thead><tr><th>Generation</th><th>Leaves out</th><th>Note</th><th>Made</th><th><span class="sr">Acts</span></th></tr></thead>
          <tbody>
            {data.generations.map((one) => (
              <tr key={one.name}>
                <td>
                  <strong>{idOf(one.name)}</strong>{one.active && <Chip tone="ham">answers</Chip>}{data.shadow === one.name && <Chip tone="hold">shadow</Chip>}
                </td>
                <td class="small">{[...one.excludedApiKeys, ...one.excludedPeople, ...one.excludedImports, ...one.excludedRules].map((name) => <div key={name}><code>{idOf(name)}</code></div>)}
                  {one.excludedApiKeys.length + one.excludedPeople.length + one.excludedImports.length + one.excludedRules.length === 0 && <span class="muted">nothing</span>}</td>
                <td><Inline text={one.note} max={120} /></td>
                <td class="muted"><Time at={one.createTime} /></td>
                <td class="acts-cell">
                  <button type="button" class="button small" onClick={() => setOpened({ what: "compare", of: one })}>Report</button>
                  {!one.active && (
                    <>
                      <button type="button" class="button small" onClick={() => setOpened({ what: "activate", of: one })}>Activate</button>
                      <button type="button" class="button small" onClick={() => tell(model.setShadowGeneration({ generation: one.name }), "It judges new comments beside the active one from now on, without effect.")}>Shadow</button>
                      {active && (
                        <button type="button" class="button small"
                          onClick={() => void model.compareModelGenerations({ base: active.name, candidate: one.name }).then(({ operation: begun }) => setOperation(begun), (reason: unknown) => say(explain(reason), "bad"))}>
                          Compare anew
                        </button>
                      )}
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableWrap>
      <History state={data} />
      {opened?.what === "retrain" && <RetrainDialog onClose={close} onBegun={(begun) => { setOperation(begun); close(); }} />}
      {opened?.what === "rollback" && before && <RollbackDialog from={active?.name ?? ""} to={before} onClose={close} onDone={reload} />}
      {opened?.what === "compare" && <ComparisonDialog generation={opened.of} onClose={close} />}
      {opened?.what === "activate" && <ActivateDialog generation={opened.of} onClose={close} onDone={reload} onOperation={setOperation} />}
      {opened?.what === "result" && <Dialog title="What was found" onClose={close} wide><Comparison comparison={opened.comparison} /></Dialog>}
    </div>
  );
}
