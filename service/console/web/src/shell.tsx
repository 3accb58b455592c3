// The frame around every view: where one can go, which site it is about, whether the line to the server stands.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { count } from "./lib/format";
import { useKeys } from "./lib/keys";
import { line } from "./lib/line";
import { useStore } from "./lib/store";
import { chooseSite, places } from "./places";
import { queue } from "./queue/state";
import { go, pathOf, useRoute, type Route } from "./router";
import { accounts } from "./session/account";
import { session } from "./session/state";
import { setTheme, theme, type Theme } from "./theme";
import { Icon, type IconName } from "./ui/icon";
import { KeysSheet } from "./ui/keys_sheet";
import { plainName } from "./lib/text";
import { Inline } from "./ui/text";

interface Link {
  route: Route;
  icon: IconName;
  words: string;
}

// Views that fill the screen by themselves.
const full = new Set<Route | undefined>(["queue", "spam", "search", "comment"]);

const everyday: Link[] = [
  { route: "queue", icon: "queue", words: "Queue" },
  { route: "spam", icon: "spam", words: "Spam folder" },
  { route: "search", icon: "search", words: "Search" },
  { route: "audit", icon: "history", words: "History" },
];

const operators: Link[] = [
  { route: "sites", icon: "site", words: "Sites" },
  { route: "rules", icon: "rule", words: "Rules" },
  { route: "models", icon: "model", words: "Model" },
  { route: "imports", icon: "upload", words: "Imports" },
  { route: "keys", icon: "key", words: "Keys" },
  { route: "people", icon: "people", words: "People" },
];

function NavLink({ link, current, badge }: { link: Link; current: boolean; badge?: string }) {
  return (
    <li>
      <a href={pathOf(link.route)} aria-current={current ? "page" : undefined} title={link.words}>
        <Icon name={link.icon} /><span>{link.words}</span>
        {badge && <span class="badge">{badge}</span>}
      </a>
    </li>
  );
}

function SitePicker() {
  const { sites, site } = useStore(places, (value) => value);
  if (sites.length <= 1) return sites[0] ? <span class="site-only"><Icon name="site" />{sites[0].displayName}</span> : null;
  return (
    <label class="site-picker">
      <Icon name="site" />
      <span class="sr">Site</span>
      <select value={site} onChange={(event) => chooseSite(event.currentTarget.value)}>
        <option value="">All sites</option>
        {sites.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
      </select>
    </label>
  );
}

const themes: [Theme, string][] = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

function AccountMenu({ onSignOut, onKeys }: { onSignOut: () => void; onKeys: () => void }) {
  const person = useStore(session, (value) => value.person);
  const chosen = useStore(theme, (value) => value.theme);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (!(event.target instanceof Element && event.target.closest(".account"))) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => { if (event.key === "Escape") setOpen(false); };
    document.addEventListener("click", close);
    document.addEventListener("keydown", escape);
    return () => { document.removeEventListener("click", close); document.removeEventListener("keydown", escape); };
  }, [open]);
  return (
    <div class="account">
      <button type="button" class="account-button" aria-label={`${plainName(person?.displayName ?? "")}: account and colours`} aria-expanded={open} aria-haspopup="true" onClick={() => setOpen(!open)}>
        <Icon name="user" /><Inline text={person?.displayName ?? ""} max={60} /><Icon name="down" />
      </button>
      {open && (
        <div class="account-menu">
          <fieldset class="segmented">
            <legend>Colours</legend>
            {themes.map(([value, words]) => (
              <label key={value}>
                <input type="radio" name="theme" checked={chosen === value} onChange={() => setTheme(value)} />
                <span>{words}</span>
              </label>
            ))}
          </fieldset>
          <button type="button" class="menu-item" onClick={() => { setOpen(false); onKeys(); }}><Icon name="help" />Keys <kbd>?</kbd></button>
          <a class="menu-item" href={pathOf("account")} onClick={() => setOpen(false)}><Icon name="user" />Your account</a>
          <button type="button" class="menu-item" onClick={onSignOut}><Icon name="out" />Sign out</button>
        </div>
      )}
    </div>
  );
}

const kLookAgainMs = 3_000;

function LineState() {
  const link = useStore(queue, (value) => value.link);
  const away = useStore(line, (value) => value.away);
  const queued = useRoute() === "queue";
  // Asks until the server answers, whatever view is open.
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(() => { accounts.getSession({}).catch(() => undefined); }, kLookAgainMs);
    return () => clearInterval(timer);
  }, [away]);
  if (!away && !queued) return null;
  if (!away && link === "live") return <span class="line-state live" title="New comments appear by themselves"><span class="pulse" />Live</span>;
  if (!away && link === "connecting") return null;
  return <span class="line-state lost" role="status"><Icon name="warning" />No connection. Trying again …</span>;
}

export function Shell({ onSignOut, children }: { onSignOut: () => void; children: ComponentChildren }) {
  const route = useRoute();
  const operator = useStore(session, (value) => value.person?.operator);
  const pending = useStore(queue, (value) => value.stats?.pendingCount);
  const [keysShown, setKeysShown] = useState(false);
  const [menuShown, setMenuShown] = useState(false);
  useKeys("Everywhere", [
    { key: "?", does: "This sheet", run: () => setKeysShown(true) },
    { key: "1", does: "Queue", run: () => go(pathOf("queue")) },
    { key: "2", does: "Spam folder", run: () => go(pathOf("spam")) },
    { key: "3", does: "Search", run: () => go(pathOf("search")) },
    { key: "4", does: "History", run: () => go(pathOf("audit")) },
  ]);
  // The form that had the focus is gone: Tab begins at the top of the page.
  const top = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => top.current?.focus({ preventScroll: true }), []);
  useEffect(() => setMenuShown(false), [route]);
  useEffect(() => {
    if (!menuShown) return;
    const escape = (event: KeyboardEvent) => { if (event.key === "Escape") setMenuShown(false); };
    document.addEventListener("keydown", escape);
    return () => document.removeEventListener("keydown", escape);
  }, [menuShown]);
  return (
    <div ref={top} tabIndex={-1} class={`shell${menuShown ? " menu-shown" : ""}`}>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <button type="button" class="icon-button menu-button" aria-label="Menu" aria-expanded={menuShown} onClick={() => setMenuShown(!menuShown)}>
          <Icon name="menu" />
        </button>
        <a class="brand" href={pathOf("queue")} aria-label="replyguard: to the queue">
          <img src="/console/assets/icon.svg" alt="" width="26" height="26" /><span>replyguard</span>
        </a>
        <SitePicker />
        <span class="top-gap" />
        <LineState />
        <button type="button" class="icon-button keys-button" aria-label="Keys" title="Keys (?)" onClick={() => setKeysShown(true)}><Icon name="help" /></button>
        <AccountMenu onSignOut={onSignOut} onKeys={() => setKeysShown(true)} />
      </header>
      {menuShown && <button type="button" class="menu-backdrop" aria-label="Close the menu" onClick={() => setMenuShown(false)} />}
      <nav class="side" aria-label="Views">
        <ul>
          {everyday.map((link) => (
            <NavLink key={link.route} link={link} current={route === link.route}
              badge={link.route === "queue" && pending ? count(pending) : undefined} />
          ))}
        </ul>
        {operator && (
          <>
            <h2>Operate</h2>
            <ul>{operators.map((link) => <NavLink key={link.route} link={link} current={route === link.route} />)}</ul>
          </>
        )}
      </nav>
      <main id="main" tabIndex={-1} class={full.has(route) ? "main full" : "main"}>{children}</main>
      {keysShown && <KeysSheet onClose={() => setKeysShown(false)} />}
    </div>
  );
}
