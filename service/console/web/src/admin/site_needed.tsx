// For views that are about one site.
import type { ComponentType } from "preact";
import { useStore } from "../lib/store";
import { chooseSite, places } from "../places";
import { Empty } from "../ui/parts";

export function ofOneSite(View: ComponentType<{ site: string }>, what: string): ComponentType<{ site: string }> {
  return function OfOneSite({ site }: { site: string }) {
    const sites = useStore(places, (value) => value.sites);
    const only = sites.length === 1 ? sites[0]?.id : undefined;
    if (site || only) return <View key={site || only} site={site || only!} />;
    return (
      <Empty icon="site" title="Of which site?">
        <p>{what} belong to one site.</p>
        <div class="choose-site">
          {sites.map(({ id, displayName }) => <button key={id} type="button" class="button" onClick={() => chooseSite(id)}>{displayName}</button>)}
        </div>
      </Empty>
    );
  };
}
