import { UsageError } from "./usage-error.js";

const maxLength = 214; // the registry's

const part = /^[a-z0-9][a-z0-9._-]*$/;

/** `@acme/secrets-doppler`, from the scope where one is asked for, or the whole name. */
export function choosePackageName(
  service: string,
  { scope, packageName }: { readonly scope?: string; readonly packageName?: string },
): string {
  if (packageName !== undefined && scope !== undefined) {
    throw new UsageError("--scope and --package-name were both passed", "Pass one of them");
  }
  if (packageName !== undefined) return checkPackageName(packageName);
  if (scope === undefined) return `secrets-${service}`;
  const bare = scope.replace(/^@/, "");
  if (!part.test(bare)) {
    throw new UsageError(
      `the scope ${JSON.stringify(scope)} is none that the registry takes`,
      "Pass one such as @acme",
    );
  }
  return checkPackageName(`@${bare}/secrets-${service}`);
}

function checkPackageName(name: string): string {
  const parts = /^@([^/]+)\/([^/]+)$/.exec(name)?.slice(1) ?? [name];
  if (name.length <= maxLength && parts.every((each) => part.test(each))) return name;
  throw new UsageError(
    `the package name ${JSON.stringify(name)} is none that the registry takes`,
    "Pass one such as secrets-doppler or @acme/secrets-doppler",
  );
}
