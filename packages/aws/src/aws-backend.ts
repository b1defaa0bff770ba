import type { Environment, SecretBackend, SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { AwsConfig } from "./aws-config.js";
import type { AwsSecretStoreOptions } from "./aws-options.js";
import { AwsSecretStore } from "./aws-secret-store.js";
import { invalid } from "./invalid-option.js";
import { isRegion } from "./region-name.js";

/**
 * What a builder makes an {@link AwsSecretStore} from: options, the environment, or a URL such as
 * `aws://us-east-1/prod`: the region, and what goes before every key. Credentials come from the
 * environment or the options.
 *
 * @example
 * ```ts
 * import { awsBackend } from "@llm-orchestrator/secrets-aws";
 *
 * const store = awsBackend.create({ region: "us-east-1" });
 * console.log(store.name); // aws
 * ```
 */
export const awsBackend: SecretBackend<AwsSecretStoreOptions, AwsSecretStore> = {
  scheme: "aws",
  create: (options) => new AwsSecretStore(options),
  prepare: (store) => store.preload(),
  optionsFromUrl,
  keyPrefixFromUrl: ({ path }) => (path.length === 0 ? "" : `${path.join("/")}/`),
  optionsFromEnv: (environment: Environment) => ({ defaults: AwsConfig.fromEnv(environment) }),
};

const parameters: ReadonlySet<string> = new Set(["profile", "kmsKeyId"]);

function optionsFromUrl({
  scheme,
  host,
  parameters: given,
}: SecretStoreUrl): Partial<AwsSecretStoreOptions> {
  if (scheme !== "aws") throw invalid("the URL has another scheme", 'Write "aws://us-east-1/prod"');
  if (host !== "" && !isRegion(host)) {
    throw invalid("the URL's host is no region", 'Write "aws://us-east-1/prod"');
  }
  const unknown = [...given.keys()].find((name) => !parameters.has(name));
  if (unknown !== undefined) {
    throw invalid("the URL has a parameter that is not known", `Use ${[...parameters].join(", ")}`);
  }
  return { ...(host !== "" && { region: host }), ...Object.fromEntries(given) };
}
