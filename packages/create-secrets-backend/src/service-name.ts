import { suggestName } from "./suggest-name.js";
import { UsageError } from "./usage-error.js";

/** The name of a service in every spelling that a package needs. */
export interface ServiceName {
  /** `gcp-secret-manager`: scheme, store and file names. */
  readonly kebab: string;
  /** `gcpSecretManager` */
  readonly camel: string;
  /** `GcpSecretManager` */
  readonly pascal: string;
  /** `GCP_SECRET_MANAGER` */
  readonly constant: string;
  /** `Gcp Secret Manager`, in sentences. */
  readonly title: string;
}

/** Longer ones make lines that no formatter can break. */
const maxLength = 32;

/** Names that are this project's own: a class or a scheme of the same name would be mistaken for it. */
const taken: ReadonlySet<string> = new Set([
  ...["env", "vault", "aws", "file", "cache", "memory", "builder", "live", "core", "testing"],
  ...["base", "forwarding", "openai", "anthropic", "ai-sdk"],
]);

/** Schemes of URLs that everybody reads as something else. */
const schemes: ReadonlySet<string> = new Set([
  ...["http", "https", "ws", "wss", "ftp", "ssh", "git", "data", "blob", "node", "npm", "mailto"],
  ...["javascript", "urn", "about"],
]);

/** @throws UsageError for a name that is not kebab-case, too long or means something else. */
export function parseServiceName(text: string): ServiceName {
  const objection = objectionTo(text);
  if (objection === undefined) return spellings(text);
  const { name, scope } = suggestName(text);
  const isUsable = objectionTo(name) === undefined;
  const nearest = isUsable ? name : `my-${name}`; // of vault, my-vault
  if (objectionTo(nearest) !== undefined)
    throw new UsageError(objection, "Pass one such as doppler");
  const flag = scope === undefined ? "" : ` --scope ${scope}`;
  const such = isUsable ? "" : "another one, such as ";
  throw new UsageError(objection, `Pass ${such}${nearest}${flag}`);
}

/** Why this is no name, or `undefined` if it is one. */
function objectionTo(text: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(text)) {
    return `the name ${JSON.stringify(text)} is not kebab-case: a letter first, then lower-case letters, digits and single hyphens`;
  }
  if (text.length > maxLength) {
    return `the name has ${text.length} characters, and at most ${maxLength} are taken: it becomes the scheme of URLs and the start of class names`;
  }
  if (taken.has(text)) return `the name ${text} belongs to a package of this project`;
  if (schemes.has(text))
    return `the name ${text} would be the scheme ${text}:, which means something else`;
  if (text === "secret" || text === "secrets") {
    return `the name ${text} does not say which service: the class would be ${spellings(text).pascal}SecretStore`;
  }
  if (text.startsWith("secrets-")) {
    return `the name ${text} begins with secrets-, which the package's name gets anyway`;
  }
  return undefined;
}

function spellings(kebab: string): ServiceName {
  const words = kebab.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const pascal = words.join("");
  return {
    kebab,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    constant: kebab.toUpperCase().replaceAll("-", "_"),
    title: words.join(" "),
  };
}
