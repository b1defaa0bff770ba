import type { Anthropic } from "@anthropic-ai/sdk";
import { prepareAttempt, type SecretFetch } from "@llm-orchestrator/secrets-live";

type Client = typeof Anthropic;

/** The options of one request, as the SDK's hook gets them. */
interface RequestLimits {
  readonly signal?: AbortSignal | null | undefined;
  readonly timeout?: number;
}

/**
 * The SDK's client, which reads the secret before each attempt: within the call's own signal and
 * timeout, and so that a store that fails, or a base URL to which the key may not go, is not taken
 * for a network failure and tried again.
 */
export function withLiveKey(Base: Client, fetch: SecretFetch): Client {
  // Named as its base, so that it prints as that.
  return class Anthropic extends Base {
    protected override async prepareOptions(options: RequestLimits): Promise<void> {
      await super.prepareOptions(options as never);
      const { signal, timeout } = options;
      const outcome = await prepareAttempt(fetch, {
        signal,
        timeoutMs: timeout ?? this.timeout,
        url: this.baseURL, // of withOptions({ baseURL }), it may be another one
      }).catch((error: Error) => {
        throw Object.assign(new Base.AnthropicError(error.message), { cause: error });
      });
      if (outcome === "timed-out") throw new Base.APIConnectionTimeoutError();
    }
  };
}
