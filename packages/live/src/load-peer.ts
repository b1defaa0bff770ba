import { SecretError } from "@llm-orchestrator/secrets-core";

/**
 * Loads a vendor's SDK, which the application installs, when it is first needed. For authors of
 * client packages: the import is passed as a function so that bundlers see it.
 *
 * @throws SecretError `CONFIGURATION` (`package-absent`) with the command that installs it;
 * `package-broken` when it is there and does not load.
 * @example
 * ```ts
 * import { loadPeer } from "@llm-orchestrator/secrets-live";
 *
 * const load = () => loadPeer("@llm-orchestrator/secrets-core", () =>
 *   import("@llm-orchestrator/secrets-core"),
 * );
 * ```
 */
export async function loadPeer<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
    // A package that is missing further in has the same code: only the name tells.
    const isNotFound = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    const isAbsent = isNotFound && String(message).includes(`'${name}'`);
    throw new SecretError("CONFIGURATION", {
      reason: isAbsent ? "package-absent" : "package-broken",
      detail: `the package ${name} ${isAbsent ? "is not installed" : "could not be loaded"}`,
      fix: isAbsent ? `npm install ${name}` : `Reinstall it: npm install ${name}`,
      cause: error,
    });
  }
}
