import type { SecretBackend, SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { optionsFromEnv } from "./environment.js";
import { badArgument } from "./file-errors.js";
import { type FileSecretStoreOptions, unknownName } from "./file-options.js";
import { FileSecretStore } from "./file-secret-store.js";

const numbers = ["maxVersions", "lockTimeoutMs", "scryptWorkFactor"] as const;
type NumberName = (typeof numbers)[number];

const writeIt = "Write file:///etc/app/secrets.age, or file:./secrets.age from the working folder";

/**
 * What a builder makes a {@link FileSecretStore} from: options, the environment, or a URL such as
 * `file:///etc/app/secrets.age?maxVersions=5` or, from the working folder, `file:./secrets.age`. A URL
 * takes `maxVersions`, `lockTimeoutMs` and `scryptWorkFactor`, and never what opens the file: that comes
 * from the options, `SECRETS_FILE_IDENTITY` or `SECRETS_FILE_PASSPHRASE`.
 *
 * @example
 * ```ts
 * import { fileBackend, generateIdentity } from "@llm-orchestrator/secrets-file";
 *
 * const identity = await generateIdentity();
 * const store = fileBackend.create({ path: "secrets.age", identity });
 * console.log(store.name); // file
 * ```
 */
export const fileBackend: SecretBackend<FileSecretStoreOptions, FileSecretStore> = {
  scheme: "file",

  create(options: FileSecretStoreOptions): FileSecretStore {
    return new FileSecretStore(options);
  },

  /** @throws SecretError `CONFIGURATION` for a suffix, a host or a parameter that file does not have. */
  optionsFromUrl({
    scheme,
    host,
    path,
    parameters,
  }: SecretStoreUrl): Partial<FileSecretStoreOptions> {
    if (scheme !== "file" || host !== "") {
      throw badArgument("a URL of file has no suffix and no host", writeIt);
    }
    const options = [...parameters].map(([name, text]) => [name, toNumber(name, text)] as const);
    return {
      ...(path.length > 0 && { path: toPath(path) }),
      ...Object.fromEntries(options),
    };
  },

  optionsFromEnv,
};

/** A builder's URL does not tell `file:secrets.age` from `file:/secrets.age`: nothing is guessed. */
function toPath(segments: readonly string[]): string {
  if (segments[0] === "." && segments.length > 1) return segments.join("/");
  if (segments.length > 1) return `/${segments.join("/")}`;
  throw badArgument(
    "the URL does not say from where its path goes: file:secrets.age and file:///secrets.age look the same",
    `${writeIt}; a file in the root folder is named by the option path alone`,
  );
}

function toNumber(name: string, text: string): number {
  if (!(numbers as readonly string[]).includes(name)) throw unknownName("parameter", name, numbers);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badArgument(`the parameter ${name as NumberName} is of the wrong kind`, "Pass digits");
}
