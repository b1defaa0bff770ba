/** What a cache did since it was made. A frozen snapshot. */
export interface SecretCacheStats {
  /** Answered with what was held. */
  readonly hits: number;
  /** Not answered with what was held: absent, expired, or asked past the cache. */
  readonly misses: number;
  /** `hits + misses`: every key that was asked for. */
  readonly totalAccesses: number;
  /** Hits of a hundred accesses; 0 without any. */
  readonly hitRate: number;
  /** Secrets whose time was over when they were next looked at. */
  readonly expirations: number;
  /** Secrets that made room for others. */
  readonly evictions: number;
  /** Secrets dropped before their time: by a write, `invalidate`, `clear`, or a denied read. */
  readonly invalidations: number;
  /** Reads in the background: before a secret's time was over, or in an outage after it. */
  readonly refreshes: number;
  /** Answers past their time, because the backend could not be asked. */
  readonly staleServed: number;
  /** Reads of the wrapped store; a batch is one. */
  readonly backendCalls: number;
}

/** The counters behind it. */
export class CacheCounters {
  hits = 0;
  misses = 0;
  expirations = 0;
  evictions = 0;
  invalidations = 0;
  refreshes = 0;
  staleServed = 0;
  backendCalls = 0;

  snapshot(): SecretCacheStats {
    const { hits, misses } = this;
    const totalAccesses = hits + misses;
    const hitRate = totalAccesses === 0 ? 0 : (hits / totalAccesses) * 100;
    return Object.freeze({ ...this, totalAccesses, hitRate });
  }
}
