/** Cheaper than `expect`, of which there would be millions. */
export function check(isTrue: boolean, what: string, shown?: unknown): asserts isTrue {
  if (!isTrue) throw new Error(`not so: ${what} ${JSON.stringify(shown)}`);
}
