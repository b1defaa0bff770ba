import { BaseSecretStore, type BaseSecretStoreOptions } from "@llm-orchestrator/secrets-core";

/** A backend with every capability that does nothing but write down what it was asked to do. */
export class TracedStore extends BaseSecretStore {
  /** `"read openai/api_key"`, one entry for each time that I/O would have been done. */
  readonly trace: string[];

  constructor(options: Partial<BaseSecretStoreOptions> = {}, trace: string[] = []) {
    super({
      name: "traced",
      capabilities: {
        ...{ write: true, delete: true, restore: true, list: true, describe: true },
        ...{ versions: true, rotate: true, compareAndSet: true, metadata: true },
      },
      ...options,
    });
    this.trace = trace;
  }

  protected override async read(key: string) {
    this.trace.push(`read ${key}`);
    return { value: "value", version: "1" };
  }

  protected override async write(key: string) {
    this.trace.push(`write ${key}`);
    return { version: "2" };
  }

  protected override async remove(key: string) {
    this.trace.push(`remove ${key}`);
  }

  protected override async recover(key: string) {
    this.trace.push(`recover ${key}`);
  }

  protected override async describe(key: string) {
    this.trace.push(`describe ${key}`);
    return {};
  }

  protected override async *list(prefix: string): AsyncGenerator<string> {
    this.trace.push(`list ${prefix}`);
    yield `${prefix}one`;
  }

  protected override async versions(key: string) {
    this.trace.push(`versions ${key}`);
    return [{ version: "1", isCurrent: true }];
  }

  protected override async readVersion(key: string, version: string) {
    this.trace.push(`readVersion ${key}`);
    return { value: "value", version };
  }
}
