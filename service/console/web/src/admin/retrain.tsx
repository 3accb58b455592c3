// A new generation: whose labels it leaves out.
import { useEffect, useState } from "preact/hooks";
import { type Person, Person_State } from "@gen/account_pb";
import type { ModelGeneration } from "@gen/model_generation_pb";
import type { Operation } from "@gen/operation_pb";
import { explain } from "../api/errors";
import { useLoad } from "../lib/load";
import { idOf } from "../lib/names";
import { places, siteLabel } from "../places";
import { accounts } from "../session/account";
import { Dialog } from "../ui/dialog";
import { Failure, Field, Loading } from "../ui/parts";
import { Inline } from "../ui/text";
import { admin, model } from "./client";
import { plainName } from "../lib/text";

const kSitesAsked = 50;
const kPeopleMax = 1_000;

async function listPeople(): Promise<Person[]> {
  const people: Person[] = [];
  let pageToken = "";
  do {
    const page = await accounts.listPeople({ pageSize: 100, pageToken });
    people.push(...page.people);
    pageToken = page.nextPageToken;
  } while (pageToken && people.length < kPeopleMax);
  return people;
}

// The one that answers: the newest activation's.
async function readActive(): Promise<ModelGeneration | undefined> {
  const { activations } = await model.listModelGenerations({ pageSize: 1 });
  const name = activations[0]?.generation;
  return name ? (await model.getModelGeneration({ name })).generation : undefined;
}

const excludedBy = (generation: ModelGeneration | undefined): string[] => generation
  ? [...generation.excludedApiKeys, ...generation.excludedPeople, ...generation.excludedImports, ...generation.excludedRules]
  : [];

async function readSources() {
  const [active, { apiKeys }, people, imports] = await Promise.all([
    readActive(),
    admin.listApiKeys({ pageSize: 500 }),
    listPeople(),
    Promise.all(places.value.sites.slice(0, kSitesAsked).map(({ id }) => admin.listImports({ parent: `sites/${id}` }).then(({ imports }) => imports, () => []))),
  ]);
  const listed = new Set([...apiKeys, ...people, ...imports.flat()].map(({ name }) => name));
  const excluded = excludedBy(active);
  // Rules, and what is gone by now.
  return { active, excluded, apiKeys, people, imports: imports.flat(), others: excluded.filter((name) => !listed.has(name)) };
}

export function RetrainDialog({ onClose, onBegun }: { onClose: () => void; onBegun: (operation: Operation) => void }) {
  const sources = useLoad(readSources, []);
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set());
  // What was cured stays cured, unless somebody takes the tick away.
  useEffect(() => setExcluded(new Set(sources.data?.excluded)), [sources.data]);
  const [note, setNote] = useState("");
  const [error, setError] = useState("");
  const toggle = (name: string) => {
    const next = new Set(excluded);
    if (!next.delete(name)) next.add(name);
    setExcluded(next);
  };
  const box = (name: string, words: string, more: string) => (
    <label key={name}>
      <input type="checkbox" checked={excluded.has(name)} onChange={() => toggle(name)} />
      <span><Inline text={words} max={60} /> <span class="muted small">{more}</span></span>
    </label>
  );
  return (
    <Dialog title="A new generation" onClose={onClose}>
      <p class="dialog-lead">It folds the same labels anew, without those that you leave out, and is compared with the one that answers. Nothing is activated.
        {sources.data?.active && sources.data.excluded.length > 0 && ` Ticked is what generation ${idOf(sources.data.active.name)}, which answers, leaves out.`}</p>
      <form onSubmit={(event) => {
        event.preventDefault();
        const names = [...excluded];
        const of = (collection: RegExp) => names.filter((name) => collection.test(name));
        model.retrainModel({
          note, ignoreActiveExclusions: true, excludedApiKeys: of(/^apiKeys\//), excludedPeople: of(/^people\//),
          excludedImports: of(/^sites\/[^/]+\/imports\//), excludedRules: of(/^sites\/[^/]+\/rules\//),
        }).then(
          ({ operation }) => { if (operation) onBegun(operation); }, (reason: unknown) => setError(explain(reason)));
      }}>
        {sources.error !== undefined && <Failure error={sources.error} retry={sources.reload} />}
        {!sources.data && sources.error === undefined && <Loading what="who labelled" />}
        {sources.data && (
          <fieldset class="choices scroll">
            <legend>Leave out the labels of</legend>
            {sources.data.imports.map((one) => box(one.name, idOf(one.name), `import of ${siteLabel(one.name.split("/")[1] ?? "")}`))}
            {sources.data.people.map((one) => box(one.name, plainName(one.displayName) || idOf(one.name), `${idOf(one.name)}${one.state === Person_State.DEACTIVATED ? ", kept out" : ""}`))}
            {sources.data.others.map((name) => box(name, idOf(name), name.includes("/rules/") ? `rule of ${siteLabel(name.split("/")[1] ?? "")}` : name))}
            {sources.data.apiKeys.map((one) => box(one.name, plainName(one.displayName), `key ${idOf(one.name)}`))}
          </fieldset>
        )}
        <Field label="Note" hint="Why, for those who come after." error={error}>
          <input maxLength={2000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary" disabled={!sources.data}>Retrain</button>
        </div>
      </form>
    </Dialog>
  );
}
