// Which items are shown, and in which order.
import { useState } from "preact/hooks";
import { QueueItem_Cause } from "@gen/moderation_pb";
import { EscalationFilter, QueueOrder } from "@gen/moderation_service_pb";
import { Icon } from "../ui/icon";
import { Field } from "../ui/parts";
import { filtersSet, noFilters, type Filters } from "./state";
import { causes, describeCause, reasonCodes, reasonWords } from "./words";

const orders: [QueueOrder, string][] = [
  [QueueOrder.OLDEST, "Oldest first"], [QueueOrder.NEWEST, "Newest first"], [QueueOrder.USEFUL, "Most useful first"],
  [QueueOrder.UNCERTAIN, "Least sure first"],
];

export function OrderSelect({ value, onChange }: { value: QueueOrder; onChange: (order: QueueOrder) => void }) {
  return (
    <label class="select-label">
      <span class="sr">Order</span>
      <select value={value} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {orders.map(([order, words]) => <option key={order} value={order}>{words}</option>)}
      </select>
    </label>
  );
}

function describe(filters: Filters): [keyof Filters, string][] {
  const chips: [keyof Filters, string][] = [];
  if (filters.cause) chips.push(["cause", describeCause(filters.cause)]);
  if (filters.text) chips.push(["text", `“${filters.text}”`]);
  if (filters.authorId) chips.push(["authorId", "one author"]);
  if (filters.network) chips.push(["network", filters.network]);
  if (filters.language) chips.push(["language", `language ${filters.language}`]);
  if (filters.reason) chips.push(["reason", reasonWords(filters.reason)]);
  if (filters.campaign) chips.push(["campaign", "one campaign"]);
  if (filters.thread) chips.push(["thread", "one thread"]);
  if (filters.probabilityMin !== undefined) chips.push(["probabilityMin", `at least ${Math.round(filters.probabilityMin * 100)} % spam`]);
  if (filters.probabilityMax !== undefined) chips.push(["probabilityMax", `at most ${Math.round(filters.probabilityMax * 100)} % spam`]);
  if (filters.escalation === EscalationFilter.ESCALATED) chips.push(["escalation", "escalated"]);
  if (filters.escalation === EscalationFilter.NOT_ESCALATED) chips.push(["escalation", "not escalated"]);
  return chips;
}

export function FilterChips({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const chips = describe(filters);
  if (!chips.length) return null;
  return (
    <div class="filter-chips" aria-label="Filters in force" role="group">
      {chips.map(([key, words]) => (
        <button key={key} type="button" class="chip filter" aria-label={`Without ${words}`}
          onClick={() => onChange({ ...filters, [key]: noFilters[key] })}>
          {words}<Icon name="close" />
        </button>
      ))}
      <button type="button" class="link" onClick={() => onChange({ ...noFilters, site: filters.site })}>Clear all</button>
    </div>
  );
}

const asShare = (text: string) => {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : Math.min(100, Math.max(0, value)) / 100;
};
const asPercent = (value: number | undefined) => (value === undefined ? "" : String(Math.round(value * 100)));

export function FilterForm({ filters, onChange, onClose }: {
  filters: Filters; onChange: (filters: Filters) => void; onClose: () => void;
}) {
  const [draft, setDraft] = useState(filters);
  const set = (change: Partial<Filters>) => setDraft({ ...draft, ...change });
  return (
    <form class="filter-form" onSubmit={(event) => { event.preventDefault(); onChange(draft); onClose(); }}>
      <Field label="Why it is here">
        <select value={draft.cause} onChange={(event) => set({ cause: Number(event.currentTarget.value) as QueueItem_Cause })}>
          {causes.map((cause) => <option key={cause} value={cause}>{describeCause(cause)}</option>)}
        </select>
      </Field>
      <Field label="Escalation">
        <select value={draft.escalation} onChange={(event) => set({ escalation: Number(event.currentTarget.value) })}>
          <option value={EscalationFilter.UNSPECIFIED}>All</option>
          <option value={EscalationFilter.ESCALATED}>Escalated</option>
          <option value={EscalationFilter.NOT_ESCALATED}>Not escalated</option>
        </select>
      </Field>
      <Field label="Reason">
        <select value={draft.reason} onChange={(event) => set({ reason: event.currentTarget.value })}>
          <option value="">Any reason</option>
          {reasonCodes.map(([code, words]) => <option key={code} value={code}>{words}</option>)}
        </select>
      </Field>
      <Field label="Language" hint="Such as en or de; und for unknown">
        <input value={draft.language} maxLength={35} onInput={(event) => set({ language: event.currentTarget.value.trim() })} />
      </Field>
      <Field label="Network" hint="As on the card: 192.0.2.0/24">
        <input value={draft.network} maxLength={60} onInput={(event) => set({ network: event.currentTarget.value.trim() })} />
      </Field>
      <div class="field-pair">
        <Field label="Spam, at least %">
          <input type="number" min={0} max={100} value={asPercent(draft.probabilityMin)}
            onInput={(event) => set({ probabilityMin: asShare(event.currentTarget.value) })} />
        </Field>
        <Field label="at most %">
          <input type="number" min={0} max={100} value={asPercent(draft.probabilityMax)}
            onInput={(event) => set({ probabilityMax: asShare(event.currentTarget.value) })} />
        </Field>
      </div>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => { onChange({ ...noFilters, site: filters.site }); onClose(); }}>Clear</button>
        <button type="submit" class="button primary">Show these</button>
      </div>
    </form>
  );
}

export const filterLabel = (filters: Filters) => {
  const number = filtersSet(filters);
  return number ? `Filters, ${number} set` : "Filters";
};
