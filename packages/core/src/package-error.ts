import { SecretError } from "./secret-error.js";

/**
 * What to throw when a package could not be imported: the one that a backend or a client needs, and loads by a
 * literal `import()` in its first call. Bundlers see such an import, and forgive an absent package inside `try`.
 *
 * @param specifier What was imported, such as `"node-vault"`.
 * @param error What the import threw.
 * @returns `CONFIGURATION`: `package-absent` with the command that installs it, or `package-broken` where it is
 * there and does not load.
 * @example
 * ```ts
 * import { packageError } from "@llm-orchestrator/secrets-core";
 *
 * async function loadSdk() {
 *   try {
 *     return await import("node:crypto"); // the service's SDK
 *   } catch (error) {
 *     throw packageError("node:crypto", error);
 *   }
 * }
 * await loadSdk();
 * ```
 */
export function packageError(specifier: string, error: unknown): SecretError {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const text = typeof message === "string" ? message : "";
  if (isAbsent(specifier, code, text)) {
    return new SecretError("CONFIGURATION", {
      reason: "package-absent",
      detail: `the package ${specifier} is not installed`,
      fix: `Install it: npm install ${specifier}`,
    });
  }
  const isBundled = /^Dynamic require of |^require is not defined/.test(text);
  return new SecretError("CONFIGURATION", {
    ...{ reason: "package-broken", cause: error },
    ...(isBundled ? withoutRequire(specifier) : broken(specifier)),
  });
}

const broken = (specifier: string) => ({
  detail: `the package ${specifier} is installed but does not load`,
  fix: `See why with: node -e 'import("${specifier}")', then reinstall it or what it needs`,
});

/** esbuild's words, and the engine's: what was bundled is CommonJS, and the bundle an ES module. */
const withoutRequire = (specifier: string) => ({
  detail: `the package ${specifier} needs require(), which this bundle does not have`,
  fix: "Define require by createRequire of node:module in the bundle's banner, or bundle to CommonJS",
});

/**
 * Node's code is the same for a package that is absent and for one whose own dependency is, so the message must
 * name this very specifier, in quotes: the importer's path has none.
 */
function isAbsent(specifier: string, code: unknown, text: string): boolean {
  if (!text.includes(`'${specifier}'`) && !text.includes(`"${specifier}"`)) return false;
  const bundlerStub = `Could not resolve "${specifier}" imported by`; // Vite's, without a code
  return (
    code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || text.startsWith(bundlerStub)
  );
}
