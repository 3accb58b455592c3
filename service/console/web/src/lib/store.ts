// The state that views share: a value, and who wants to know of its changes.
import { useEffect, useReducer, useRef } from "preact/hooks";

export class Store<T extends object> {
  private listeners = new Set<() => void>();

  constructor(private current: T) {}

  get value(): Readonly<T> {
    return this.current;
  }

  set(patch: Partial<T>): void {
    this.current = { ...this.current, ...patch };
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

// The part of a store's value that `select` takes; the component is drawn again when that part is another one.
export function useStore<T extends object, S>(store: Store<T>, select: (value: Readonly<T>) => S): S {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const latest = useRef({ select, part: select(store.value) });
  latest.current = { select, part: select(store.value) };
  useEffect(() => {
    const look = () => {
      if (!Object.is(latest.current.select(store.value), latest.current.part)) redraw(undefined as never);
    };
    look(); // what changed between drawing and now
    return store.subscribe(look);
  }, [store]);
  return latest.current.part;
}
