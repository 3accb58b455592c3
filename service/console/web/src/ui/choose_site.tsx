// For what belongs to one site, while none is chosen.
import { useEffect, useState } from "preact/hooks";
import { moderation } from "../api/moderation";
import { siteName, siteOf } from "../lib/names";
import { useStore } from "../lib/store";
import { chooseSite, noticeSites, places } from "../places";
import { Empty, Loading } from "./parts";

const kLookedAt = 200;

export function ChooseSite({ what }: { what: string }) {
  const sites = useStore(places, (value) => value.sites);
  // Moderators of every site know them by what was decided there.
  const [looked, setLooked] = useState(sites.length > 0);
  useEffect(() => {
    if (looked) return;
    moderation.listDecisions({ parent: siteName(""), pageSize: kLookedAt })
      .then(({ decisions }) => noticeSites(decisions.map(({ name }) => siteOf(name))), () => undefined)
      .finally(() => setLooked(true));
  }, []);
  if (!looked) return <Loading what="the sites" />;
  if (!sites.length) return <Empty icon="site" title="Nothing yet"><p>{what} belong to a site, and no site has had a decision yet.</p></Empty>;
  return (
    <Empty icon="site" title="Of which site?">
      <p>{what} belong to one site.</p>
      <div class="choose-site">
        {sites.map(({ id, displayName }) => <button key={id} type="button" class="button" onClick={() => chooseSite(id)}>{displayName}</button>)}
      </div>
    </Empty>
  );
}
