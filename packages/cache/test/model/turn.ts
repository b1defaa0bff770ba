/** A turn of the event loop: every promise that can settle without a timer has settled. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
