import { abortable, type OperationContext } from "@llm-orchestrator/secrets-core";
import type { AwsSettings } from "./aws-settings.js";
import { attemptsOf, isRefusedCredential, toAwsError } from "./error-map.js";
import { type AwsSdk, loadSdk } from "./load-sdk.js";
import { makeClient, type SecretsManagerClient } from "./make-client.js";
import type { Input, Operation, Output } from "./operations.js";
import type { SecretsManagerClientLike } from "./secrets-manager-client.js";

interface Opened {
  readonly sdk: AwsSdk;
  readonly client: SecretsManagerClientLike;
}

/** Sends requests to one region. Only the SDK repeats them; a refused credential is renewed once. */
export class RegionConnection {
  readonly #settings: AwsSettings;
  readonly #region: string | undefined;
  #opening: Promise<Opened> | undefined;

  /** @param region `undefined`: the one that the SDK finds. */
  constructor(settings: AwsSettings, region: string | undefined) {
    this.#settings = settings;
    this.#region = region;
  }

  /**
   * Ends with the signal whatever is under way: where credentials come from knows of no signal.
   *
   * @throws SecretError, or the signal's own reason.
   */
  send<Name extends Operation>(
    name: Name,
    input: Input<Name>,
    context: OperationContext,
  ): Promise<Output<Name>> {
    return abortable(context.signal, () => this.#send(name, input, context));
  }

  async #send<Name extends Operation>(
    name: Name,
    input: Input<Name>,
    context: OperationContext,
  ): Promise<Output<Name>> {
    const opening = this.#open();
    const opened = await opening;
    try {
      return await sendOnce(opened, name, input, context);
    } catch (error) {
      const mayRenew = this.#canRenew && isRefusedCredential(error as never);
      if (!mayRenew || context.signal?.aborted) throw error;
      context.countRetry();
      return sendOnce(await this.#renew(opening), name, input, context);
    }
  }

  /** Loads the SDK and makes the client. */
  async open(): Promise<void> {
    await this.#open();
  }

  /** Loads the SDK and finds region and credentials, so that the first call need not. */
  async preload(): Promise<void> {
    const { client } = await this.#open();
    if (this.#settings.client !== undefined) return;
    const { config } = client as SecretsManagerClient;
    try {
      await config.region();
      await config.credentials();
    } catch (error) {
      throw toAwsError(error);
    }
  }

  /** The region's name, which may have to be found. */
  async name(): Promise<string> {
    if (this.#region !== undefined) return this.#region;
    const { config } = (await this.#open()).client as Partial<SecretsManagerClient>;
    return (await config?.region?.()) ?? "";
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    if (this.#settings.client === undefined) opened?.client.destroy?.();
  }

  /** What a fixed key is refused for, it is refused for again; a caller's client has its own. */
  get #canRenew(): boolean {
    const { client, credentials } = this.#settings;
    return client === undefined && typeof credentials !== "object";
  }

  #open(): Promise<Opened> {
    return this.#opening ?? this.#begin();
  }

  /** @param before The client that is replaced. */
  #begin(before?: SecretsManagerClient): Promise<Opened> {
    const opening = this.#make(before).catch((error: unknown) => {
      // A file or a role may be there the next time.
      if (this.#opening === opening) this.#opening = undefined;
      throw toAwsError(error);
    });
    this.#opening = opening;
    return opening;
  }

  async #make(before?: SecretsManagerClient): Promise<Opened> {
    const { client } = this.#settings;
    const sdk = await loadSdk();
    if (typeof client === "function") return { sdk, client: client(this.#region) };
    if (client !== undefined) return { sdk, client };
    return { sdk, client: await makeClient(sdk, this.#settings, this.#region, before) };
  }

  /** Those that were refused with the same client share one new one. */
  async #renew(used: Promise<Opened>): Promise<Opened> {
    if (this.#opening === used) {
      const { client } = await used;
      // Again after the wait: whoever comes first replaces it.
      if (this.#opening === used) return this.#begin(client as SecretsManagerClient);
    }
    return this.#open();
  }
}

async function sendOnce<Name extends Operation>(
  { sdk, client }: Opened,
  name: Name,
  input: Input<Name>,
  context: OperationContext,
): Promise<Output<Name>> {
  const { signal } = context;
  if (signal?.aborted) throw signal.reason;
  const Command = sdk[`${name}Command`] as unknown as new (input: Input<Name>) => object;
  const count = (result: unknown) => {
    for (let more = attemptsOf(result); more > 1; more--) context.countRetry();
  };
  try {
    const options = signal === undefined ? {} : { abortSignal: signal as AbortSignal };
    const output = await client.send(new Command(input), options);
    count(output);
    return output as Output<Name>;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    count(error);
    throw toAwsError(error);
  }
}
