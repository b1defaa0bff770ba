import type { SecretBackend } from "@llm-orchestrator/secrets-core";
import { invalid } from "./check-options.js";
import { optionsFromEnvironment } from "./environment.js";
import type { MyServiceOptions } from "./options.js";
import { MyServiceSecretStore } from "./secret-store.js";

type Backend = SecretBackend<MyServiceOptions, MyServiceSecretStore>;

/**
 * What a builder makes a {@link MyServiceSecretStore} from: options, the environment, or a URL such
 * as `my-service://secrets.example/team`, whose path goes before every key. `my-service+http:` is
 * plain HTTP. The token comes from `MY_SERVICE_TOKEN` or the options, never from a URL.
 *
 * @example
 * ```ts
 * import { myServiceBackend } from "@my-scope/secrets-my-service";
 *
 * const store = myServiceBackend.create({ address: "https://secrets.example", token: "example" });
 * console.log(store.name); // my-service
 * ```
 */
export const myServiceBackend: Backend = {
  scheme: "my-service",

  create: (options) => new MyServiceSecretStore(options),

  /** @throws SecretError `CONFIGURATION` for a suffix or a parameter that is not known. */
  optionsFromUrl({ scheme, host, parameters }) {
    if (scheme !== "my-service" && scheme !== "my-service+http") {
      throw invalid("the URL's scheme has an unknown suffix", "Write my-service://host");
    }
    if (host === "") throw invalid("the URL names no host", "Write my-service://host");
    if (parameters.size > 0) throw invalid("the URL has a parameter", "Pass options in code");
    return { address: `${scheme === "my-service" ? "https" : "http"}://${host}` };
  },

  keyPrefixFromUrl: ({ path }) => path.map((segment) => `${segment}/`).join(""),

  optionsFromEnv: optionsFromEnvironment,
};
