import type {
  OperationContext,
  RemoveContext,
  SecretValue,
  WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../src/index.js";

/** A memory store whose service accepts requests and, while `hanging`, answers none. */
export class HangingMemoryStore extends MemorySecretStore {
  hanging = false;

  protected override async read(key: string) {
    return this.#answer(() => super.read(key));
  }

  protected override async readMany(keys: readonly string[]) {
    return this.#answer(() => super.readMany(keys));
  }

  protected override async readVersion(key: string, version: string) {
    return this.#answer(() => super.readVersion(key, version));
  }

  protected override async write(key: string, value: SecretValue, context: WriteContext) {
    return this.#answer(() => super.write(key, value, context));
  }

  protected override async remove(key: string, context: RemoveContext) {
    return this.#answer(() => super.remove(key, context));
  }

  protected override async recover(key: string) {
    return this.#answer(() => super.recover(key));
  }

  protected override async describe(key: string) {
    return this.#answer(() => super.describe(key));
  }

  protected override async *list(prefix: string) {
    await this.#answer(async () => {});
    yield* super.list(prefix);
  }

  protected override async versions(key: string) {
    return this.#answer(() => super.versions(key));
  }

  protected override async checkHealth(context: OperationContext) {
    return this.#answer(() => super.checkHealth(context));
  }

  #answer<T>(work: () => Promise<T>): Promise<T> {
    return this.hanging ? new Promise<T>(() => {}) : work();
  }
}
