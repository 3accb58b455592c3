// For views that are about one site.
import type { ComponentType } from "preact";
import { useStore } from "../lib/store";
import { places, theSite } from "../places";
import { ChooseSite } from "../ui/choose_site";

export function ofOneSite(View: ComponentType<{ site: string }>, what: string): ComponentType<{ site: string }> {
  return function OfOneSite({ site }: { site: string }) {
    useStore(places, (value) => value.sites);
    const one = site || theSite();
    return one ? <View key={one} site={one} /> : <ChooseSite what={what} />;
  };
}
