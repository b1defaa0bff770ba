/** Calls every listener. One that throws, or whose promise rejects, breaks nothing. */
export function notify<T>(
  listeners: Iterable<(event: T) => unknown>,
  event: T,
  onFailure: () => void = () => {},
): void {
  for (const listener of listeners) {
    try {
      const result = listener(event);
      if (result instanceof Promise) result.catch(onFailure);
    } catch {
      onFailure();
    }
  }
}
