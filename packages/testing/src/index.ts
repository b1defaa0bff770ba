/**
 * What authors of stores and applications test with.
 *
 * @packageDocumentation
 */
export type {
  ConformanceFault,
  ConformanceLimits,
  ConformanceSubject,
  ConformanceSummary,
  SecretStoreConformanceOptions,
  UndoFault,
} from "./conformance/options.js";
export { secretStoreConformance } from "./conformance/secret-store-conformance.js";
export type { LeakOptions, LeakPrinter } from "./leak/assert-no-leak.js";
export { assertNoLeak } from "./leak/assert-no-leak.js";
export type { MemorySecretStoreOptions } from "./memory-secret-store.js";
export { MemorySecretStore } from "./memory-secret-store.js";
