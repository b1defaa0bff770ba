import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { Kv2Write } from "./kv2-write.js";
import { encodePath } from "./secret-path.js";
import { toError } from "./status-map.js";
import type { VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";

/** So long a claim holds when the process that made it ends without a word. */
const claimMs = 5 * 60_000;

/** Where the claim on a key is kept while somebody makes its new value. */
function claimKeyOf(key: string): string {
  return `${key}.rotation-claim`;
}

/**
 * Says on the server who makes a new value, before it is made: a key that a provider has minted twice
 * is one too many. By compare-and-set on an entry beside the secret, since nothing else is atomic.
 */
export class RotationClaim {
  readonly #api: VaultApi;
  readonly #path: (kind: string, key: string) => { readonly path: string; readonly below: string };

  constructor(api: VaultApi, mountPath: string) {
    const below = encodePath(mountPath);
    this.#api = api;
    this.#path = (kind, key) => ({
      path: `${below}/${kind}/${encodePath(claimKeyOf(key))}`,
      below,
    });
  }

  /** @throws SecretError `CONFLICT` (`rotation-claimed`) when somebody else holds it. */
  async take(key: string, context: OperationContext, now = Date.now()): Promise<void> {
    const until = new Date(now + claimMs).toISOString();
    const data = { owner: crypto.randomUUID(), until };
    const at = this.#path("data", key);
    const held = await this.#read(key, context);
    if (held && Date.parse(held.until) > now) throw claimed(held.until);
    const writing = new Kv2Write(this.#api, at, data, held?.version ?? 0, context);
    await writing.run().catch((error: unknown) => {
      const isLost = SecretError.isInstance(error) && error.code === "CONFLICT";
      throw isLost ? claimed(until) : error;
    });
  }

  /** Removes it; where that is not allowed, lets it be over. */
  async release(key: string, context: OperationContext): Promise<void> {
    const removal = { ...this.#path("metadata", key), method: "DELETE" } as const;
    const { meaning } = await this.#api.send(removal, context);
    if (meaning?.code !== "PERMISSION_DENIED") return;
    const json = { data: { until: new Date(0).toISOString() } };
    await this.#api.send({ ...this.#path("data", key), method: "POST", json }, context);
  }

  async #read(
    key: string,
    context: OperationContext,
  ): Promise<{ readonly version: number; readonly until: string } | undefined> {
    const call = { ...this.#path("data", key), method: "GET" } as const;
    const { reply, meaning } = await this.#api.send(call, context);
    if (meaning?.code === "NOT_FOUND") return undefined;
    if (meaning) throw toError(meaning);
    const { data, metadata } = record(reply && bodyOf(reply).data);
    const { version } = record(metadata);
    const { until } = record(data);
    return { version: Number(version), until: typeof until === "string" ? until : "" };
  }
}

function claimed(until: string): SecretError {
  return new SecretError("CONFLICT", {
    reason: "rotation-claimed",
    detail: "somebody else is making its new value",
    fix: `Read it again in a moment; a claim that is left behind ends by ${until}`,
  });
}
