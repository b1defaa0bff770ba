/** A key that the store takes. */
export const sampleKey = "db/password";

/** A key of the store's syntax for a path of the conformance suite's, such as `c7k2m1/12/first`. */
export function keyFor(path: string): string {
  return path;
}
