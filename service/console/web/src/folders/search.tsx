// Search over all comments of the sites one may see, waiting or decided.
import { useState } from "preact/hooks";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { CommentStatus } from "@gen/comment_pb";
import { moderation } from "../api/moderation";
import { siteName } from "../lib/names";
import { describeStatus } from "../queue/words";
import { Icon } from "../ui/icon";
import { Empty } from "../ui/parts";
import { CommentBrowser } from "./browser";

const kPageComments = 50;
const statuses = [CommentStatus.PENDING, CommentStatus.APPROVED, CommentStatus.SPAM, CommentStatus.TRASHED];

interface Query {
  text: string;
  status: CommentStatus;
  network: string;
  language: string;
  from: string;
  to: string;
}

const none: Query = { text: "", status: CommentStatus.UNSPECIFIED, network: "", language: "", from: "", to: "" };
const dayOf = (text: string, days = 0) => {
  if (!text) return undefined;
  const date = new Date(`${text}T00:00:00`);
  date.setDate(date.getDate() + days);
  return timestampFromDate(date);
};

export function SearchPage({ site }: { site: string }) {
  const [draft, setDraft] = useState<Query>({ ...none, text: new URLSearchParams(location.search).get("q") ?? "" });
  const [query, setQuery] = useState<Query>(draft);
  const set = (change: Partial<Query>) => setDraft({ ...draft, ...change });
  const choose = (change: Partial<Query>) => { set(change); setQuery({ ...draft, ...change }); };
  const tools = (
    <form class="search-tools" role="search" onSubmit={(event) => { event.preventDefault(); setQuery(draft); }}>
      <div class="search-box">
        <Icon name="search" />
        <input id="folder-search" type="search" placeholder="Words of the comment or its author" aria-label="Words of the comment or its author"
          maxLength={200} value={draft.text} onInput={(event) => set({ text: event.currentTarget.value })} />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <label class="select-label"><span class="sr">Status</span>
        <select value={draft.status} onChange={(event) => choose({ status: Number(event.currentTarget.value) })}>
          <option value={0}>Any status</option>
          {statuses.map((status) => <option key={status} value={status}>{describeStatus(status).text}</option>)}
        </select>
      </label>
      <input class="narrow" placeholder="Network" aria-label="Network, such as 192.0.2.0/24" value={draft.network} maxLength={60}
        onInput={(event) => set({ network: event.currentTarget.value.trim() })} />
      <input class="narrow short" placeholder="Language" aria-label="Language, such as en" value={draft.language} maxLength={35}
        onInput={(event) => set({ language: event.currentTarget.value.trim() })} />
      <label class="date-label"><span>from</span><input type="date" value={draft.from} onInput={(event) => set({ from: event.currentTarget.value })} /></label>
      <label class="date-label"><span>to</span><input type="date" value={draft.to} onInput={(event) => set({ to: event.currentTarget.value })} /></label>
      <button type="submit" class="button primary">Search</button>
    </form>
  );
  return (
    <CommentBrowser title="Search" site={site} stays tools={tools} of={JSON.stringify([site, query])}
      read={async (pageToken) => {
        const { comments, nextPageToken } = await moderation.searchComments({
          parent: siteName(site), pageSize: kPageComments, pageToken, statuses: query.status ? [query.status] : [],
          filter: {
            text: query.text, network: query.network, language: query.language, startTime: dayOf(query.from), endTime: dayOf(query.to, 1),
          },
        });
        return { comments, next: nextPageToken };
      }}
      empty={<Empty icon="search" title="Nothing found"><p>Every word must occur, in the text or in the author's name. Try fewer of them.</p></Empty>} />
  );
}
