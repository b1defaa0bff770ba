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

/** @throws UsageError for a name that is not kebab-case, too long or taken. */
export function parseServiceName(text: string): ServiceName {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(text)) {
    const suggestion = suggest(text);
    throw new UsageError(
      `the name ${JSON.stringify(text)} is not kebab-case: a letter first, then lower-case letters, digits and single hyphens`,
      suggestion === "" ? "Pass one such as doppler" : `Pass ${suggestion}`,
    );
  }
  if (text.length > maxLength) {
    throw new UsageError(
      `the name has ${text.length} characters, and at most ${maxLength} are taken`,
      "Pass a shorter one: it becomes the scheme of URLs and the start of class names",
    );
  }
  if (taken.has(text)) {
    throw new UsageError(
      `the name ${text} belongs to a package of this project`,
      `Pass another one, such as my-${text}`,
    );
  }
  return spellings(text);
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

/** The nearest name that would be taken, or `""`. */
function suggest(text: string): string {
  const kebab = text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "");
  return kebab.length <= maxLength && !taken.has(kebab) ? kebab : "";
}
