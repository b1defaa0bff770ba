import { randomUUID } from "node:crypto";
import {
  type GetSecretValueCommandInput,
  SecretsManager,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import { expect } from "vitest";

interface Server {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The real SDK on a server of ours, which asks once and does not repeat itself. */
export function clientOf(
  { endpoint, region, credentials }: Server,
  options: SecretsManagerClientConfig = {},
): SecretsManager {
  return new SecretsManager({ endpoint, region, credentials, maxAttempts: 1, ...options });
}

/** What the cases of one server share: clients, names that nobody else uses, and questions. */
export class Tester {
  readonly aws: SecretsManager;
  readonly elsewhere: SecretsManager;
  static readonly otherRegion = "us-west-2";
  #names = 0;

  constructor(server: Server) {
    this.aws = clientOf(server);
    this.elsewhere = clientOf({ ...server, region: Tester.otherRegion });
  }

  /** A secret, with a value unless there is to be none. */
  async make(SecretString: string | undefined = "first"): Promise<string> {
    const Name = this.newName();
    await this.aws.createSecret({ Name, SecretString });
    return Name;
  }

  newName(): string {
    this.#names++;
    return `case/${this.#names}/key`;
  }

  newToken(): string {
    return randomUUID();
  }

  async read(SecretId: string, which: Partial<GetSecretValueCommandInput> = {}): Promise<unknown> {
    const { SecretString } = await this.aws.getSecretValue({ SecretId, ...which });
    return SecretString;
  }

  /** Labels by the value that they are on: `{ AWSCURRENT: "second" }`. */
  async stages(SecretId: string): Promise<Record<string, unknown>> {
    const { VersionIdsToStages = {} } = await this.aws.describeSecret({ SecretId });
    const labelled = Object.entries(VersionIdsToStages).flatMap(([VersionId, labels]) =>
      labels.map(async (label) => [label, await this.read(SecretId, { VersionId })] as const),
    );
    return Object.fromEntries(await Promise.all(labelled));
  }

  async versionCount(SecretId: string): Promise<number> {
    const all = { SecretId, IncludeDeprecated: true };
    return (await this.aws.listSecretVersionIds(all)).Versions?.length ?? 0;
  }

  close(): void {
    this.aws.destroy();
    this.elsewhere.destroy();
  }
}

/** Is refused by an error of AWS's, of that class if one is named. */
export async function refuses(call: Promise<unknown>, name?: string): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).name).toMatch(name ?? /Exception$/);
}

/** A sentence of AWS's API reference, and what shows whether a server keeps to it. */
export type Case = readonly [sentence: string, run: (tester: Tester) => Promise<void>];
