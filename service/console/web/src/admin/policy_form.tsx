// A site and its policy as a form: every field with its unit and its bounds.
import { useState } from "preact/hooks";
import { create } from "@bufbuild/protobuf";
import { DurationSchema, type Duration } from "@bufbuild/protobuf/wkt";
import { Policy_Field, Policy_Mode, PolicySchema, type Policy } from "@gen/site_pb";
import { Field } from "../ui/parts";

export interface Draft {
  displayName: string;
  languages: string;
  sharedLearning: boolean;
  policy: Policy;
}

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  // By the names of the answer's violations, such as "site.policy.links_max".
  errors: ReadonlyMap<string, string>;
}

const modes: [Policy_Mode, string, string][] = [
  [Policy_Mode.CLASSIFIER, "The machine decides", "What it is sure of is approved or called spam; the rest waits for you."],
  [Policy_Mode.MODERATE_ALL, "People decide everything", "Nothing is published without a moderator. Rules may still call spam."],
  [Policy_Mode.APPROVE_TRUSTED, "Only trusted authors pass", "Everybody else waits for a moderator, unless it is spam."],
];

const fields: [Policy_Field, string][] = [
  [Policy_Field.AUTHOR_NAME, "Name"], [Policy_Field.AUTHOR_EMAIL, "Email"], [Policy_Field.AUTHOR_URL, "Website"],
];

const seconds = (duration: Duration | undefined) => (duration ? Number(duration.seconds) + duration.nanos / 1e9 : 0);
const toDuration = (value: number) =>
  value > 0 ? create(DurationSchema, { seconds: BigInt(Math.floor(value)), nanos: Math.round((value % 1) * 1e9) }) : undefined;

interface NumberProps {
  label: string;
  hint?: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  error?: string;
  onChange: (value: number) => void;
}

// What is being typed stays as it is typed, as long as it means the value.
function NumberField({ label, hint, value, min, max, step = 1, error, onChange }: NumberProps) {
  const [typed, setTyped] = useState(String(value));
  const shown = Number(typed) === value ? typed : String(value);
  return (
    <Field label={label} hint={hint} error={error}>
      <input type="number" min={min} max={max} step={step} value={shown}
        onInput={(event) => { setTyped(event.currentTarget.value); onChange(Number(event.currentTarget.value)); }} />
    </Field>
  );
}

function Check({ label, hint, checked, onChange }: { label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}{hint && <span class="field-hint">{hint}</span>}</span>
    </label>
  );
}

const percent = (value: number) => Math.round(value * 1e6) / 1e4;

export function PolicyForm({ draft, onChange, errors }: Props) {
  const { policy } = draft;
  const set = (change: Partial<Policy>) => onChange({ ...draft, policy: { ...policy, ...change } });
  const required = policy.requiredFields.length ? policy.requiredFields
    : [Policy_Field.BODY, Policy_Field.AUTHOR_NAME, Policy_Field.AUTHOR_EMAIL];
  const spam = policy.spamThreshold || 0.9;
  const mode = policy.mode || Policy_Mode.CLASSIFIER;
  const error = (name: string) => errors.get(`site.policy.${name}`);
  return (
    <div class="form-sections">
      <section class="panel">
        <h2>The site</h2>
        <div class="field-pair">
          <Field label="Name" error={errors.get("site.display_name")}>
            <input required maxLength={200} value={draft.displayName} onInput={(event) => onChange({ ...draft, displayName: event.currentTarget.value })} />
          </Field>
          <Field label="Languages" hint="Of its articles, such as en, de" error={errors.get("site.languages")}>
            <input value={draft.languages} onInput={(event) => onChange({ ...draft, languages: event.currentTarget.value })} />
          </Field>
        </div>
        <Check label="Learn together with the other sites here" checked={draft.sharedLearning}
          hint="Hashed features that at least three sites and three authors have in common; never text, never counts."
          onChange={(sharedLearning) => onChange({ ...draft, sharedLearning })} />
      </section>
      <section class="panel">
        <h2>Who decides</h2>
        <fieldset class="choices big">
          <legend class="sr">Who decides</legend>
          {modes.map(([value, words, hint]) => (
            <label key={value}>
              <input type="radio" name="mode" checked={mode === value} onChange={() => set({ mode: value })} />
              <span><strong>{words}</strong><span class="field-hint">{hint}</span></span>
            </label>
          ))}
        </fieldset>
        <div class="field-row">
          <NumberField label="Approved up to, % spam" value={percent(policy.approveThreshold ?? 0.2)} min={0} max={50} step={0.1} hint="0 to 50; 20 unless set" error={error("approve_threshold")}
            onChange={(value) => set({ approveThreshold: value / 100 })} />
          <NumberField label="Spam from, %" value={percent(spam)} min={50} max={100} step={0.1} hint="50 to 100; 90 unless set" error={error("spam_threshold")}
            onChange={(value) => set({ spamThreshold: value / 100 })} />
          <NumberField label="Blatant from, %" value={percent(policy.blatantThreshold || 0.999)} min={50} max={100} step={0.01} hint="Nobody needs to see it" error={error("blatant_threshold")}
            onChange={(value) => set({ blatantThreshold: value / 100 })} />
          <NumberField label="Drawn blind, %" value={percent(policy.blindSampleRate ?? 0.01)} min={0} max={100} step={0.1} hint="Of what the machine decides alone" error={error("blind_sample_rate")}
            onChange={(value) => set({ blindSampleRate: value / 100 })} />
        </div>
      </section>
      <section class="panel">
        <h2>Authors</h2>
        <Check label="Hold the first comment of every author" checked={policy.holdFirstTimeAuthors} onChange={(holdFirstTimeAuthors) => set({ holdFirstTimeAuthors })} />
        <Check label="Trust an author by the typed email address" hint="Anybody can type one. Without this, only whom the website vouches for is trusted." checked={policy.trustTypedIdentity}
          onChange={(trustTypedIdentity) => set({ trustTypedIdentity })} />
        <NumberField label="Trusted after so many approved comments" value={policy.trustedAfterCount || 1} min={1} max={1000} error={error("trusted_after_count")} onChange={(trustedAfterCount) => set({ trustedAfterCount })} />
        <fieldset class="choices inline">
          <legend>What must be filled in, besides the comment</legend>
          {fields.map(([value, words]) => (
            <label key={value}>
              <input type="checkbox" checked={required.includes(value)}
                onChange={(event) => set({ requiredFields: event.currentTarget.checked ? [...required, value] : required.filter((field) => field !== value) })} />
              {words}
            </label>
          ))}
        </fieldset>
      </section>
      <section class="panel">
        <h2>Checks</h2>
        <p class="muted small">0 turns a check off.</p>
        <div class="field-row">
          <NumberField label="Hold from so many links" value={policy.linksMax} min={0} max={1000} error={error("links_max")} onChange={(linksMax) => set({ linksMax })} />
          <NumberField label="Close an article after days" value={policy.closeAfterDays} min={0} max={36500} error={error("close_after_days")} onChange={(closeAfterDays) => set({ closeAfterDays })} />
          <NumberField label="Comments at once, at most" hint="By one author or network" value={policy.floodCountMax} min={0} max={10000} error={error("flood_count_max")} onChange={(floodCountMax) => set({ floodCountMax })} />
          <NumberField label="within seconds" value={seconds(policy.floodWindow) || 60} min={1} max={86400} error={error("flood_window")} onChange={(value) => set({ floodWindow: toDuration(value) })} />
          <NumberField label="The same text again, within hours" value={seconds(policy.duplicateWindow) / 3600} min={0} max={720} step={0.5} error={error("duplicate_window")} onChange={(value) => set({ duplicateWindow: toDuration(value * 3600) })} />
          <NumberField label="Typed faster than seconds" value={seconds(policy.fillTimeMin)} min={0} max={600} step={0.5} error={error("fill_time_min")} onChange={(value) => set({ fillTimeMin: toDuration(value) })} />
        </div>
        <Check label="Spam when the hidden field is filled in" checked={policy.honeypot} onChange={(honeypot) => set({ honeypot })} />
      </section>
    </div>
  );
}

export const emptyPolicy = (): Policy => create(PolicySchema, {});
