import { BaseSecretStore, type SecretBackend } from "@llm-orchestrator/secrets-core";

export interface MapOptions {
  readonly values?: Readonly<Record<string, string>>;
  readonly name?: string;
}

export class MapStore extends BaseSecretStore {
  readonly options: MapOptions;
  isClosed = false;
  constructor(options: MapOptions) {
    super({ name: options.name ?? "map" });
    this.options = options;
  }
  protected override async read(key: string) {
    const value = this.options.values?.[key];
    return value === undefined ? undefined : { value };
  }
  protected override async release() {
    this.isClosed = true;
  }
}

/** A backend that remembers what it made. */
export function mapBackend() {
  const made: MapStore[] = [];
  const backend = {
    scheme: "map",
    create(options: MapOptions) {
      const store = new MapStore(options);
      made.push(store);
      return store;
    },
  } satisfies SecretBackend<MapOptions, MapStore>;
  return { backend, made };
}
