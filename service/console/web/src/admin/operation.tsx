// Work that takes longer than a call, as it goes on.
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { useEffect, useState } from "preact/hooks";
import { OperationMetadata_Kind, OperationMetadata_State, OperationMetadataSchema, type Operation, type OperationMetadata } from "@gen/operation_pb";
import { explain, isAway } from "../api/errors";
import { count } from "../lib/format";
import { say } from "../ui/toast";
import { Time } from "../ui/parts";
import { operations } from "./client";

const kWaitSeconds = 20n;
const kRetryMs = 2_000;

const kinds: Record<OperationMetadata_Kind, string> = {
  [OperationMetadata_Kind.UNSPECIFIED]: "Work", [OperationMetadata_Kind.RETRAIN]: "Making a new generation",
  [OperationMetadata_Kind.COMPARE]: "Comparing two generations", [OperationMetadata_Kind.ACTIVATE]: "Comparing before it is activated",
  [OperationMetadata_Kind.IMPORT]: "Bringing in a model", [OperationMetadata_Kind.EVALUATE]: "Measuring a generation",
};

export const metadataOf = (operation: Operation): OperationMetadata | undefined =>
  operation.metadata && anyUnpack(operation.metadata, OperationMetadataSchema);

// Follows it to its end. `onEnd` is called once with how it ended.
export function OperationPanel({ operation: first, onEnd }: { operation: Operation; onEnd: (operation: Operation) => void }) {
  const [operation, setOperation] = useState(first);
  const metadata = metadataOf(operation);
  useEffect(() => {
    let current = true;
    const stop = new AbortController();
    const follow = async () => {
      let now = first;
      while (current && !now.done) {
        try {
          const answer = await operations.waitOperation(
            { name: first.name, timeout: { seconds: kWaitSeconds }, seenRevision: metadataOf(now)?.revision ?? 0n },
            { signal: stop.signal, timeoutMs: Number(kWaitSeconds) * 1000 + 10_000 });
          if (!answer.operation || !current) return;
          now = answer.operation;
          setOperation(now);
        } catch (error) {
          if (!current) return;
          if (!isAway(error)) {
            say(explain(error), "bad");
            return;
          }
          await new Promise((resolve) => setTimeout(resolve, kRetryMs));
        }
      }
      if (current && now.done) onEnd(now);
    };
    void follow();
    return () => { current = false; stop.abort(); };
  }, [first.name]);
  if (!metadata) return null;
  const done = Number(metadata.doneCount);
  const total = Number(metadata.totalCount);
  const ended = operation.done;
  return (
    <section class="panel operation" aria-live="polite">
      <div class="panel-head">
        <h2>{kinds[metadata.kind]}</h2>
        {!ended && (
          <button type="button" class="button small" disabled={metadata.cancelRequested}
            onClick={() => void operations.cancelOperation({ name: operation.name }).catch((error: unknown) => say(explain(error), "bad"))}>
            {metadata.cancelRequested ? "Stopping …" : "Stop"}
          </button>
        )}
      </div>
      {!ended && (
        <>
          <progress max={total || 1} value={total ? done : undefined} aria-label="How far it is" />
          <p class="muted small">
            {metadata.stage || "waiting for a server"}{total > 0 && `, ${count(done)} of ${count(total)}`}, begun <Time at={metadata.createTime} />
          </p>
        </>
      )}
      {ended && operation.result.case === "error" && (
        <p class="notice bad">{metadata.state === OperationMetadata_State.CANCELLED ? "Stopped, without an effect." : operation.result.value.message}</p>
      )}
      {ended && operation.result.case === "response" && <p class="notice good">Done.</p>}
    </section>
  );
}
