import type { SecretStore, SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";

/**
 * A state that a harness can bring its store into. From then on every call that needs the service
 * fails with the code that belongs to it, until the fault is undone:
 *
 * - `unavailable`: not reachable, sealed, an HTTP 5xx. `BACKEND_UNAVAILABLE`.
 * - `denied`: the identity may do nothing. `PERMISSION_DENIED`.
 * - `unauthenticated`: the credential is refused, and so is a renewed one. `AUTHENTICATION_FAILED`.
 * - `throttled`: every request is one too many. `THROTTLED`.
 * - `misconfigured`: a certificate that is not trusted, a mount or region that is not there.
 *   `CONFIGURATION`.
 * - `unexpected`: an answer that the backend was not written for. Anything but `NOT_FOUND` and the
 *   codes above that say something definite.
 * - `hanging`: requests are accepted and never answered. Only an abort ends the call.
 */
export type ConformanceFault =
  | "unavailable"
  | "denied"
  | "unauthenticated"
  | "throttled"
  | "misconfigured"
  | "unexpected"
  | "hanging";

/** What `create` may return in place of a bare store. May hold whatever `seed` and faults need. */
export interface ConformanceSubject {
  readonly store: SecretStore;
  /** Runs after each case, when the store was closed. */
  dispose?(): unknown;
}

/** What the service behind the store can take. */
export interface ConformanceLimits {
  /** Longest value that the store keeps, in bytes of UTF-8. Default: no bound, 64 KiB are tried. */
  readonly maxValueBytes?: number;
  /**
   * Keys that the service lists in one answer; 1 where it lists all at once. The suite makes more than two
   * pages. Default 10, and then `notShown` says that nobody knows how many pages that were.
   */
  readonly listPageSize?: number;
}

/** Ends a fault. */
export type UndoFault = () => unknown;

/** How to run the suite on one store. */
export interface SecretStoreConformanceOptions<
  Subject extends SecretStore | ConformanceSubject = SecretStore | ConformanceSubject,
> {
  /** The runner's own `test` or `it`. Called with a name and a body that returns a promise. */
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  /** The runner's own `describe`. Without it, names start with the concern. */
  readonly describe?: (name: string, body: () => void) => unknown;
  /** What is tested, for the outermost `describe`. Default `"SecretStore contract"`. */
  readonly title?: string;
  /**
   * What the store is meant to be able to do, written by hand: compared with what it declares, so
   * that it cannot pass by declaring little. A missing entry is false.
   */
  readonly capabilities: SecretStoreCapabilities;
  /** Makes a store of its own for each case, with no `generate` among its options. */
  readonly create: () => Subject | Promise<Subject>;
  /**
   * Stores a value by other means than the store under test; again for the same key, the next
   * version. Required when the store cannot write; else `putSecret` serves. Gets what `create`
   * returned.
   */
  readonly seed?: (key: string, value: string, subject: Subject) => unknown;
  /** How to make each fault. Leave out what the backend cannot have; the summary lists it. */
  readonly faults?: {
    readonly [Fault in ConformanceFault]?: (subject: Subject) => UndoFault | Promise<UndoFault>;
  };
  readonly limits?: ConformanceLimits;
  /**
   * Makes a key of the store's syntax from a path of the suite's such as `"c7k2m1/12/first"`: put
   * something before it, or replace `/`. Different paths give different keys, and a path that
   * starts with another gives a key that starts with the other's. Default: the path itself.
   */
  readonly keyFor?: (path: string) => string;
  /** How a list of `prefix` spells `key`. Default: the key itself. */
  readonly listedAs?: (key: string, prefix: string) => string;
  /**
   * Longest time for one case, in milliseconds. Default 4,500, so that a call that hangs is named
   * before a runner's own 5 seconds are over. Raise both for a slow service.
   */
  readonly timeoutMs?: number;
}

/** What a run of the suite shows, known before it runs. */
export interface ConformanceSummary {
  /** The names of the cases: `"reading: an absent key is NOT_FOUND"`. */
  readonly checked: readonly string[];
  /** What belongs to the contract and cannot be shown with this harness, and why. */
  readonly notShown: readonly string[];
}
