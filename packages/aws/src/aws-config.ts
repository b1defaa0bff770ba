import type { Environment } from "@llm-orchestrator/secrets-core";
import type { AwsCredentials, AwsSecretStoreOptions } from "./aws-options.js";
import { invalid } from "./invalid-option.js";

/** The options of an {@link AwsSecretStore}, under the guide's name. */
export interface AwsConfig extends AwsSecretStoreOptions {}

/** Makes the options: plain data, whose credentials are not printed with it. */
interface AwsConfigConstructor {
  new (options?: AwsSecretStoreOptions): AwsConfig;
  /**
   * Options from the variables that AWS's own tools read: `AWS_REGION`, `AWS_DEFAULT_REGION`,
   * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_PROFILE`,
   * `AWS_ENDPOINT_URL_SECRETS_MANAGER` and `AWS_ENDPOINT_URL`. What they leave open the SDK finds.
   *
   * @throws SecretError `CONFIGURATION` for a variable that does not say what it should.
   * @example
   * ```ts
   * import { AwsConfig } from "@llm-orchestrator/secrets-aws";
   *
   * console.log(AwsConfig.fromEnv({ AWS_DEFAULT_REGION: "us-west-2" }).region); // us-west-2
   * ```
   */
  fromEnv(environment?: Environment): AwsConfig;
}

export const AwsConfig: AwsConfigConstructor = class {
  constructor(options: AwsSecretStoreOptions = {}) {
    const { credentials } = options;
    const hidden = typeof credentials === "object" && { credentials: async () => credentials };
    // biome-ignore lint/correctness/noConstructorReturn: plain data can be spread and merged
    return Object.freeze({ ...options, ...hidden });
  }

  static fromEnv = fromEnv;
};

function fromEnv(environment: Environment = globalThis.process?.env ?? {}): AwsConfig {
  const read = (name: string) => environment[`AWS_${name}`]?.trim() || undefined;
  const endpoint = read("ENDPOINT_URL_SECRETS_MANAGER") ?? read("ENDPOINT_URL");
  const credentials = credentialsOf(read);
  const all = {
    ...{ region: read("REGION") ?? read("DEFAULT_REGION"), credentials },
    profile: credentials ? undefined : read("PROFILE"),
    endpoint: read("IGNORE_CONFIGURED_ENDPOINT_URLS") === "true" ? undefined : endpoint,
  };
  return new AwsConfig(
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  );
}

/** Read each time they are asked for: whoever changes the variables rotates the credentials. */
function credentialsOf(
  read: (name: string) => string | undefined,
): (() => Promise<AwsCredentials>) | undefined {
  const names = ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY"] as const;
  const missing = names.filter((name) => read(name) === undefined);
  if (missing.length === 2) return undefined;
  if (missing.length === 1) {
    throw invalid(`AWS_${missing[0]} is not set, and its fellow is`, "Set both, or neither");
  }
  return async () => {
    const [accessKeyId, secretAccessKey] = names.map((name) => read(name) ?? "") as [
      string,
      string,
    ];
    const sessionToken = read("SESSION_TOKEN");
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  };
}
