// Labelled examples from elsewhere: what was brought in, and bringing in more, with progress.
import { useRef, useState } from "preact/hooks";
import { explain } from "../api/errors";
import { count, plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { idOf, siteName } from "../lib/names";
import { Empty, Failure, Field, Loading, PageHead, Time } from "../ui/parts";
import { TableWrap } from "../ui/table";
import { Inline } from "../ui/text";
import { admin, model } from "./client";
import { readExamples, type Example } from "./examples";
import { ofOneSite } from "./site_needed";

const kBatch = 100;

interface Progress {
  done: number;
  total: number;
  learnt: number;
  refused: number;
  firstRefusal: string;
  ended: boolean;
  error: string;
}

async function bringIn(site: string, importId: string, examples: readonly Example[], stopped: () => boolean, tell: (progress: Progress) => void) {
  const progress: Progress = { done: 0, total: examples.length, learnt: 0, refused: 0, firstRefusal: "", ended: false, error: "" };
  try {
    while (progress.done < examples.length && !stopped()) {
      const batch = examples.slice(progress.done, progress.done + kBatch);
      const { results } = await model.learnComments({ parent: siteName(site), examples: batch, importId });
      progress.done += batch.length;
      for (const { learnt, errorCode, errorMessage } of results) {
        progress.learnt += Number(learnt);
        progress.refused += Number(errorCode !== 0);
        if (errorCode !== 0) progress.firstRefusal ||= errorMessage;
      }
      tell({ ...progress });
    }
  } catch (reason) {
    progress.error = explain(reason);
  }
  tell({ ...progress, ended: true });
}

function ImportForm({ site, onDone }: { site: string; onDone: () => void }) {
  const [importId, setImportId] = useState("");
  const [examples, setExamples] = useState<Example[]>();
  const [trouble, setTrouble] = useState("");
  const [progress, setProgress] = useState<Progress>();
  const stop = useRef(false);
  const choose = async (file: File | undefined) => {
    setExamples(undefined);
    setTrouble("");
    setProgress(undefined);
    if (!file) return;
    if (!importId) setImportId(file.name.replace(/[^A-Za-z0-9._-]/g, "-").slice(0, 63));
    try {
      setExamples(readExamples(await file.text()));
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "This file could not be read.");
    }
  };
  const spam = examples?.filter(({ label }) => label === 2).length ?? 0;
  const running = progress && !progress.ended;
  return (
    <section class="panel">
      <h2>Bring in labelled comments</h2>
      <p class="muted">
        JSON lines with <code>text</code> and <code>label</code> (spam or ham), and where known <code>id</code>, <code>author</code>, <code>author_email</code>,{" "}
        <code>author_url</code>. Other formats: <code>replyguard import</code> on the command line.
      </p>
      <form onSubmit={(event) => {
        event.preventDefault();
        stop.current = false;
        if (examples) void bringIn(site, importId, examples, () => stop.current, setProgress).then(onDone);
      }}>
        <div class="field-pair">
          <Field label="File" error={trouble}><input type="file" accept=".jsonl,.ndjson,.json,.txt" required onChange={(event) => void choose(event.currentTarget.files?.[0])} /></Field>
          <Field label="Name of the import" hint="Retraining can leave it out as a whole."><input required maxLength={63} pattern="[A-Za-z0-9._\-]+" value={importId} onInput={(event) => setImportId(event.currentTarget.value)} /></Field>
        </div>
        {examples && !progress && <p>{plural(examples.length, "example", "examples")}: {count(spam)} spam, {count(examples.length - spam)} good.</p>}
        {progress && (
          <div role="status">
            <progress max={progress.total || 1} value={progress.done} aria-label="How far it is" />
            <p>{count(progress.done)} of {count(progress.total)}: {count(progress.learnt)} learnt{progress.refused > 0 && `, ${count(progress.refused)} refused (${progress.firstRefusal})`}.</p>
            {progress.error && <p class="notice bad">{progress.error} What is learnt stays; the same file again goes on where it stopped.</p>}
          </div>
        )}
        <div class="form-actions">
          {running && <button type="button" class="button" onClick={() => { stop.current = true; }}>Stop</button>}
          <button type="submit" class="button primary" disabled={!examples?.length || Boolean(running)}>Learn them</button>
        </div>
      </form>
    </section>
  );
}

function Imports({ site }: { site: string }) {
  const { data, error, reload } = useLoad(async () => {
    const [{ imports }, known, keys] = await Promise.all([
      admin.listImports({ parent: siteName(site) }), model.getModel({ name: `${siteName(site)}/model` }),
      admin.listApiKeys({ pageSize: 500 }).then(({ apiKeys }) => apiKeys, () => []),
    ]);
    return { imports, known: known.model, by: new Map(keys.map(({ name, displayName }) => [name, displayName])) };
  }, [site]);
  const named = data?.imports.reduce((all, { spamCount, hamCount }) => all + spamCount + hamCount, 0n) ?? 0n;
  const others = (data?.known?.spamCount ?? 0n) + (data?.known?.hamCount ?? 0n) - named;
  return (
    <>
      <PageHead title="Imports">What this site learnt from examples that are not its own comments.</PageHead>
      <div class="stack">
        <ImportForm site={site} onDone={reload} />
        {error !== undefined && <Failure error={error} retry={reload} />}
        {!data && error === undefined && <Loading what="the imports" />}
        {data?.imports.length === 0 && <Empty icon="upload" title="No import with a name yet"><p>Old comments teach a new site at once.</p></Empty>}
        {data && data.imports.length > 0 && (
          <TableWrap label="Imports">
            <table>
              <thead><tr><th>Name</th><th>Spam</th><th>Good</th><th>By</th><th>When</th></tr></thead>
              <tbody>
                {data.imports.map((one) => (
                  <tr key={one.name}>
                    <td><strong><Inline text={idOf(one.name)} max={63} /></strong></td><td class="number">{count(one.spamCount)}</td><td class="number">{count(one.hamCount)}</td>
                    <td><Inline text={data.by.get(one.createdBy) ?? idOf(one.createdBy)} max={60} /></td><td class="muted"><Time at={one.lastLabelTime} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableWrap>
        )}
        {others > 0n && (
          <p class="muted">
            Besides, this site has learnt {plural(others, "label", "labels")} that came without the name of an import: from decisions, and from examples that were learnt one by one.
          </p>
        )}
      </div>
    </>
  );
}

export const ImportsPage = ofOneSite(Imports, "Imports");
