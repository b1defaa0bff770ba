import { packageError } from "@llm-orchestrator/secrets-core";

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
    throw packageError(name, error);
  }
}
