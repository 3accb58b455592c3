// Which view is shown.
import { useEffect } from "preact/hooks";
import { lazy } from "./lib/lazy";
import { useStore } from "./lib/store";
import { places } from "./places";
import { takeUpKept } from "./queue/decide";
import { QueuePage } from "./queue/page";
import { pathOf, useRoute, type Route } from "./router";
import { resume, signOut } from "./session/account";
import { ExpiredDialog, SignInPage } from "./session/sign_in";
import { session } from "./session/state";
import { Shell } from "./shell";
import { Empty, Loading } from "./ui/parts";
import { Toasts } from "./ui/toast";

const SpamPage = lazy(() => import("./folders/spam").then((module) => module.SpamPage));
const SearchPage = lazy(() => import("./folders/search").then((module) => module.SearchPage));
const CommentPage = lazy(() => import("./folders/comment_page").then((module) => module.CommentPage));
const AuditPage = lazy(() => import("./folders/audit").then((module) => module.AuditPage));
const SitesPage = lazy(() => import("./admin/sites").then((module) => module.SitesPage));
const RulesPage = lazy(() => import("./admin/rules").then((module) => module.RulesPage));
const ModelsPage = lazy(() => import("./admin/models").then((module) => module.ModelsPage));
const ImportsPage = lazy(() => import("./admin/imports").then((module) => module.ImportsPage));
const KeysPage = lazy(() => import("./admin/keys").then((module) => module.KeysPage));
const PeoplePage = lazy(() => import("./admin/people").then((module) => module.PeoplePage));
const AccountPage = lazy(() => import("./session/account_page").then((module) => module.AccountPage));
const InvitePage = lazy(() => import("./session/invite").then((module) => module.InvitePage));

const titles: Record<Route, string> = {
  queue: "Queue", spam: "Spam folder", search: "Search", comment: "A comment", audit: "History", sites: "Sites", rules: "Rules", models: "Model",
  keys: "Keys", people: "People", imports: "Imports", account: "Your account", invite: "Welcome", reset: "New password",
};

function View({ route, site }: { route: Route; site: string }) {
  switch (route) {
    case "queue": return <QueuePage site={site} />;
    case "spam": return <SpamPage site={site} />;
    case "search": return <SearchPage site={site} />;
    case "comment": return <CommentPage site={site} />;
    case "audit": return <AuditPage site={site} />;
    case "sites": return <SitesPage site={site} />;
    case "rules": return <RulesPage site={site} />;
    case "models": return <ModelsPage site={site} />;
    case "imports": return <ImportsPage site={site} />;
    case "keys": return <KeysPage site={site} />;
    case "people": return <PeoplePage />;
    case "account": return <AccountPage />;
    case "invite":
    case "reset": return <InvitePage />;
  }
}

export function App() {
  const route = useRoute();
  const phase = useStore(session, (value) => value.phase);
  const expired = useStore(session, (value) => value.expired);
  const site = useStore(places, (value) => value.site);
  useEffect(() => { void resume(); }, []);
  const person = useStore(session, (value) => value.person?.name);
  useEffect(() => { if (person) takeUpKept(); }, [person]);
  useEffect(() => { document.title = `${route ? titles[route] : "Not here"} · replyguard`; }, [route]);
  if (route === "invite" || route === "reset") return <><InvitePage /><Toasts /></>;
  if (phase === "unknown") return <div class="alone"><Loading what="your session" /></div>;
  if (phase === "signed-out") return <><SignInPage /><Toasts /></>;
  return (
    <>
      <Shell onSignOut={() => void signOut()}>
        {route ? <View route={route} site={site} /> : (
          <Empty icon="search" title="There is nothing here">
            <p>Perhaps the address was mistyped. <a href={pathOf("queue")}>To the queue</a></p>
          </Empty>
        )}
      </Shell>
      {expired && <ExpiredDialog />}
      <Toasts />
    </>
  );
}
