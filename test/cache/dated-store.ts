import type { OperationContext } from "@llm-orchestrator/secrets-core";
import { KvStore } from "./kv-store.ts";

/** Knows how old its answers are. */
export class DatedStore extends KvStore {
  /** By key, when the newest answer was asked for, on the clock of `performance.now`. */
  readonly askedAtMs = new Map<string, number>();

  protected override async read(key: string, context: OperationContext) {
    const startMs = performance.now();
    const data = await super.read(key, context);
    this.askedAtMs.set(key, Math.max(this.askedAtMs.get(key) ?? startMs, startMs));
    return data;
  }
}
