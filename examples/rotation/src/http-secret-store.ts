import {
  BaseSecretStore,
  type OperationContext,
  SecretError,
  type SecretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import type { Put, Row } from "./truth-server.js";

const timeoutMs = 5_000;

/** The service of `truth-server.ts` as a store: one request a call. */
export class HttpSecretStore extends BaseSecretStore {
  readonly #url: string;
  readonly #reader: string;

  /** @param reader What this process calls itself, for the server to count by. */
  constructor(url: string, reader: string) {
    super({
      name: "truth",
      capabilities: { write: true, versions: true, rotate: true, compareAndSet: true },
    });
    this.#url = url;
    this.#reader = reader;
  }

  protected override async read(key: string, context: OperationContext) {
    return (await this.versions(key, context))?.[0];
  }

  protected override async versions(key: string, context: OperationContext) {
    const rows = await this.#request<Row[]>(key, context);
    return rows?.map((row, index) => ({ ...row, isCurrent: index === 0 }));
  }

  protected override async readVersion(key: string, version: string, context: OperationContext) {
    const rows = await this.versions(key, context);
    return rows?.find((row) => row.version === version);
  }

  protected override async write(key: string, value: SecretValue, context: WriteContext) {
    const { expectedVersion } = context;
    const put: Put = {
      value: value.expose(),
      ...(expectedVersion !== undefined && { expectedVersion }),
    };
    return (await this.#request<WrittenData>(key, context, put)) ?? {};
  }

  /** `undefined` for a key that is not there. Nothing of a response goes into an error. */
  async #request<Body>(
    key: string,
    { signal }: OperationContext,
    put?: Put,
  ): Promise<Body | undefined> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${this.#url}/${encodeURIComponent(key)}`, {
        headers: { "x-reader": this.#reader },
        signal: signal ? AbortSignal.any([signal as AbortSignal, timeout]) : timeout,
        ...(put && { method: "PUT", body: JSON.stringify(put) }),
      });
      if (response.ok) return (await response.json()) as Body;
      await response.body?.cancel();
      if (response.status === 404) return undefined;
      if (response.status === 409) throw new SecretError("CONFLICT", { key });
    } catch (error) {
      if (SecretError.isInstance(error) || signal?.aborted) throw error;
    }
    throw new SecretError("BACKEND_UNAVAILABLE", {
      key,
      detail: "the server of secrets did not answer",
      fix: "Start it again",
    });
  }
}
