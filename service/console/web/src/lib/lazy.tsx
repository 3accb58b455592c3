// Views that are fetched when they are first opened.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failure, Loading } from "../ui/parts";

export function lazy<Props extends object>(fetch: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let fetched: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, setThere] = useState(Boolean(fetched));
    const [error, setError] = useState<unknown>();
    useEffect(() => {
      if (fetched) return;
      fetch().then((component) => { fetched = component; setThere(true); }, setError);
    }, []);
    if (error) return <Failure error={error} retry={() => location.reload()} />;
    const View = fetched;
    return View ? <View {...props} /> : <Loading what="this view" />;
  };
}
