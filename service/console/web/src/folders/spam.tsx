// The spam folder: what the machine and the moderators refused, to rescue mistakes from.
import { useState } from "preact/hooks";
import { CommentStatus } from "@gen/comment_pb";
import { moderation } from "../api/moderation";
import { siteName } from "../lib/names";
import { reasonCodes } from "../queue/words";
import { Icon } from "../ui/icon";
import { Empty } from "../ui/parts";
import { CommentBrowser } from "./browser";

const kPageComments = 50;
const spamReasons = new Set(["RULE", "HONEYPOT", "FILLED_TOO_FAST", "LINKS_MAX", "FLOOD", "DUPLICATE", "LIKELY_SPAM"]);

const folders: [string, string, CommentStatus[]][] = [
  ["both", "Spam and trash", [CommentStatus.SPAM, CommentStatus.TRASHED]],
  ["spam", "Spam only", [CommentStatus.SPAM]],
  ["trash", "Trash only", [CommentStatus.TRASHED]],
];

const likelihoods: [string, string, number | undefined][] = [
  ["any", "However sure", undefined], ["0.99", "Below 99 %", 0.99], ["0.95", "Below 95 %", 0.95],
];

export function SpamPage({ site }: { site: string }) {
  const [text, setText] = useState("");
  const [searched, setSearched] = useState("");
  const [folder, setFolder] = useState("both");
  const [sure, setSure] = useState("any");
  const [reason, setReason] = useState("");
  const statuses = folders.find(([id]) => id === folder)?.[2] ?? [];
  const probabilityMax = likelihoods.find(([id]) => id === sure)?.[2];
  const filtered = Boolean(searched || reason || probabilityMax);
  const tools = (
    <>
      <form class="search-box" role="search" onSubmit={(event) => { event.preventDefault(); setSearched(text.trim()); }}>
        <Icon name="search" />
        <input id="folder-search" type="search" placeholder="Search the spam folder" aria-label="Search the spam folder" maxLength={200}
          value={text} onInput={(event) => { setText(event.currentTarget.value); if (!event.currentTarget.value) setSearched(""); }} />
        <kbd aria-hidden="true">/</kbd>
      </form>
      <label class="select-label"><span class="sr">Folder</span>
        <select value={folder} onChange={(event) => setFolder(event.currentTarget.value)}>
          {folders.map(([id, words]) => <option key={id} value={id}>{words}</option>)}
        </select>
      </label>
      <label class="select-label"><span class="sr">How sure the machine was</span>
        <select value={sure} onChange={(event) => setSure(event.currentTarget.value)}>
          {likelihoods.map(([id, words]) => <option key={id} value={id}>{words}</option>)}
        </select>
      </label>
      <label class="select-label"><span class="sr">Reason</span>
        <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
          <option value="">For any reason</option>
          {reasonCodes.filter(([code]) => spamReasons.has(code)).map(([code, words]) => <option key={code} value={code}>{words}</option>)}
        </select>
      </label>
    </>
  );
  return (
    <CommentBrowser title="Spam folder" site={site} stays={false} tools={tools} of={JSON.stringify([site, searched, folder, sure, reason])}
      read={async (pageToken) => {
        const { comments, nextPageToken } = await moderation.searchComments({
          parent: siteName(site), pageSize: kPageComments, pageToken, statuses, filter: { text: searched, reason, probabilityMax },
        });
        return { comments, next: nextPageToken };
      }}
      empty={filtered
        ? <Empty icon="filter" title="Nothing like that in here"><p>Try fewer words, or another reason.</p></Empty>
        : <Empty icon="check" title="The spam folder is empty"><p>What is called spam lies here, so that mistakes can be rescued.</p></Empty>} />
  );
}
