// For what belongs to one site, while none is chosen.
import { useStore } from "../lib/store";
import { chooseSite, places } from "../places";
import { Empty } from "./parts";

export function ChooseSite({ what }: { what: string }) {
  const sites = useStore(places, (value) => value.sites);
  return (
    <Empty icon="site" title="Of which site?">
      <p>{what} belong to one site.</p>
      <div class="choose-site">
        {sites.map(({ id, displayName }) => <button key={id} type="button" class="button" onClick={() => chooseSite(id)}>{displayName}</button>)}
      </div>
    </Empty>
  );
}
