/**
 * A cache around any secret store.
 *
 * @packageDocumentation
 */
export type { SecretCacheOptions } from "./cache-options.js";
export type { SecretCacheStats } from "./cache-stats.js";
export { SecretCache } from "./secret-cache.js";
export type { CacheClock } from "./timekeeper.js";
