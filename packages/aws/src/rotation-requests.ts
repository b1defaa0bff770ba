import type { CallDeadline, OperationContext, SecretData } from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import type { Input, Operation, Output } from "./operations.js";
import { toData } from "./secret-reader.js";

type Context = OperationContext;

/**
 * Requests about one secret, each with a deadline of its own: a rotation takes longer than a call does.
 * They go to the region where the secret can be changed.
 */
export class RotationRequests {
  readonly #api: AwsApi;
  readonly #calls: CallDeadline;
  readonly key: string;

  constructor(api: AwsApi, calls: CallDeadline, key: string) {
    this.#api = api;
    this.#calls = calls;
    this.key = key;
  }

  send<Name extends Operation>(
    name: Name,
    input: Omit<Input<Name>, "SecretId">,
    context: Context,
  ): Promise<Output<Name>> {
    return this.run(context, (timed) =>
      this.#api.send(name, { ...input, SecretId: this.key } as Input<Name>, timed),
    );
  }

  /** @throws SecretError `NOT_FOUND`. */
  describe(context: Context): Promise<Output<"DescribeSecret">> {
    return this.send("DescribeSecret", {}, context);
  }

  /** `undefined` where there is no such version, or it has no value. */
  async read(
    which: Pick<Input<"GetSecretValue">, "VersionId" | "VersionStage">,
    context: Context,
  ): Promise<SecretData | undefined> {
    const input = { ...which, SecretId: this.key };
    return this.run(context, async (timed) =>
      toData(await this.#api.find("GetSecretValue", input, timed)),
    );
  }

  /** Several requests of which the store knows until the last has been answered. */
  run<T>(context: Context, work: (timed: Context) => Promise<T>): Promise<T> {
    return this.#calls.run({ ...context }, work);
  }
}
