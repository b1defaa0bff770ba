/** The count of a test's rounds: `normal` in `npm test`, `deep` in `npm run test:deep`. */
export function size(normal: number, deep: number): number {
  return process.env.TEST_DEEP === "1" ? deep : normal;
}
