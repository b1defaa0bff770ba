import {
  type AuditEvent,
  BaseSecretStore,
  onAudit,
  onWarning,
  type SecretWarning,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { onTestFinished } from "vitest";
import { FallbackStore } from "../src/fallback-store.js";

/** Three stores with a key in common and one each, and what is said while the test runs. */
export function fallbackFixture(...on: ConstructorParameters<typeof FallbackStore>[2] & string[]) {
  const first = MemorySecretStore.from({ both: "first", one: "1" }, { name: "vault" });
  const second = MemorySecretStore.from({ both: "second", two: "2" }, { name: "env" });
  const third = MemorySecretStore.from({ three: "3" }, { name: "file" });
  const warnings: SecretWarning[] = [];
  const events: AuditEvent[] = [];
  onTestFinished(onWarning((warning) => warnings.push(warning)));
  onTestFinished(onAudit((event) => events.push(event)));
  const store = new FallbackStore(first, [second, third], on.length > 0 ? on : undefined);
  return { first, second, third, store, warnings, events };
}

/** Reads the one key that its syntax allows. */
export class NarrowStore extends BaseSecretStore {
  constructor() {
    const keySyntax = { pattern: /^narrow$/, maxLength: 6, description: '"narrow"' };
    super({ name: "narrow", keySyntax, capabilities: { list: true } });
  }
  protected override async read() {
    return { value: "n" };
  }
  protected override async *list(prefix: string) {
    if ("narrow".startsWith(prefix)) yield "narrow";
  }
}
