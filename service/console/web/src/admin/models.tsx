// The model: what it knows, its generations, how far it can be trusted, whether what comes in has changed, its shadow.
import { useState } from "preact/hooks";
import { count } from "../lib/format";
import { useLoad } from "../lib/load";
import { useStore } from "../lib/store";
import { places } from "../places";
import { session } from "../session/state";
import { Chip, Failure, Loading, PageHead, Time } from "../ui/parts";
import { Calibration } from "./calibration";
import { model } from "./client";
import { Drift } from "./drift";
import { Generations } from "./generations";
import { Shadow } from "./shadow";
import { ofOneSite } from "./site_needed";

function Overview({ site }: { site: string }) {
  const { data, error, reload } = useLoad(async () => (await model.getModel({ name: `sites/${site}/model` })).model, [site]);
  if (error !== undefined) return <Failure error={error} retry={reload} />;
  if (!data) return <Loading what="the model" />;
  const behind = data.headPosition - data.position;
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>What answers now</h2>
        <Chip tone={data.trained ? "ham" : "hold"}>{data.trained ? "decides" : "not trained: everything waits for people"}</Chip>
      </div>
      <dl class="figures">
        <div><dt>Labels of this site</dt><dd>{count(data.spamCount + data.hamCount)}</dd><dd class="note">{count(data.spamCount)} spam, {count(data.hamCount)} good</dd></div>
        <div><dt>Generation</dt><dd>{count(data.generation)}</dd><dd class="note">{data.shadowGeneration ? `shadow ${count(data.shadowGeneration)}` : "no shadow"}</dd></div>
        <div><dt>Log applied</dt><dd>{count(data.position)}</dd><dd class="note">{behind > 0n ? `${count(behind)} to go` : "up to date"}</dd></div>
        <div><dt>Features held</dt><dd>{count(data.featureCount)}</dd><dd class="note">of all sites</dd></div>
      </dl>
      <p class="muted small">
        <code>{data.modelId}</code>{data.updateTime && <>, learnt last <Time at={data.updateTime} /></>}
        {data.starterId > 0 && `. Began from a starter model of ${count(data.starterSpamCount + data.starterHamCount)} published labels.`}
      </p>
    </section>
  );
}

function OfSite({ site }: { site: string }) {
  const [tab, setTab] = useState<"trust" | "drift" | "shadow">("trust");
  const tabs = [["trust", "How far to trust it"], ["drift", "What has changed"], ["shadow", "Shadow"]] as const;
  return (
    <>
      <Overview site={site} />
      <div class="tabs spaced" role="group" aria-label="Reports">
        {tabs.map(([id, words]) => <button key={id} type="button" aria-pressed={tab === id} onClick={() => setTab(id)}>{words}</button>)}
      </div>
      {tab === "trust" && <Calibration site={site} />}
      {tab === "drift" && <Drift site={site} />}
      {tab === "shadow" && <Shadow site={site} />}
    </>
  );
}

const SiteReports = ofOneSite(OfSite, "These reports");

export function ModelsPage({ site }: { site: string }) {
  const ofAll = useStore(session, (value) => value.person?.operatorOfAll);
  const sites = useStore(places, (value) => value.sites);
  const [tab, setTab] = useState<"site" | "generations">("site");
  const name = sites.find(({ id }) => id === site)?.displayName;
  return (
    <>
      <PageHead title="Model">
        What the classifier has learnt from your decisions{name ? ` on ${name}` : ""}, and how far its word can be trusted.
      </PageHead>
      {ofAll && (
        <div class="tabs" role="group" aria-label="What is shown">
          <button type="button" aria-pressed={tab === "site"} onClick={() => setTab("site")}>Reports</button>
          <button type="button" aria-pressed={tab === "generations"} onClick={() => setTab("generations")}>Generations</button>
        </div>
      )}
      {tab === "site" ? <SiteReports site={site} /> : <Generations />}
    </>
  );
}
