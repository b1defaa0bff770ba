import type { ConnectionOptions } from "node:tls";
import { invalid, wrong } from "./invalid-option.js";
import type { VaultTlsOptions } from "./vault-options.js";

const texts = [
  ...(["ca", "caFile", "caPath", "cert", "certFile", "key", "keyFile", "serverName"] as const),
];
const names: ReadonlySet<string> = new Set([
  ...texts,
  "dangerouslySkipVerify",
  "skipVerifyAskedBy",
]);

/**
 * Checks the option `tls`. What it returns reads the files, and so is called when the first connection
 * is made.
 *
 * @throws SecretError `CONFIGURATION` that names the option.
 */
export function tlsSettings(given: VaultTlsOptions): () => Promise<ConnectionOptions> {
  const options = { ...given };
  check(given, options);
  const { serverName, dangerouslySkipVerify = false } = options;
  return async () => {
    const { readTlsFiles } = await import("./tls-files.js");
    return {
      secureContext: await readTlsFiles(options),
      // Said in words, since NODE_TLS_REJECT_UNAUTHORIZED decides otherwise.
      rejectUnauthorized: !dangerouslySkipVerify,
      ...(serverName !== undefined && { servername: serverName }),
    };
  };
}

function check(given: unknown, options: VaultTlsOptions): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrong("tls", "an object such as { caFile: … }");
  }
  const unknown = Object.keys(options).find((name) => !names.has(name));
  if (unknown !== undefined) {
    const shown = /^\w{1,40}$/.test(unknown) ? unknown : "of that name";
    throw invalid(`there is no option tls.${shown}`, `It takes ${[...names].join(", ")}`);
  }
  for (const name of texts) {
    const value: unknown = options[name];
    if (value === undefined || (typeof value === "string" && value !== "")) continue;
    throw wrong(`tls.${name}`, name.endsWith("File") || name === "caPath" ? "a path" : "text");
  }
  const { dangerouslySkipVerify: skip, cert, certFile, key, keyFile } = options;
  if (skip !== undefined && typeof skip !== "boolean") {
    throw wrong("tls.dangerouslySkipVerify", "true or false");
  }
  checkAsked(options);
  for (const [name, one, other] of [
    ["cert", cert, certFile],
    ["key", key, keyFile],
  ] as const) {
    if (one === undefined || other === undefined) continue;
    throw invalid(`tls.${name} and tls.${name}File are both set`, "Pass one of them");
  }
  if ((cert ?? certFile) !== undefined && (key ?? keyFile) === undefined) {
    throw invalid("tls.cert has no key", "Pass tls.key or tls.keyFile too");
  }
  if ((key ?? keyFile) !== undefined && (cert ?? certFile) === undefined) {
    throw invalid("tls.key has no certificate", "Pass tls.cert or tls.certFile too");
  }
}

/** Who sets variables does not decide whom a program trusts. */
function checkAsked({ skipVerifyAskedBy: variable, dangerouslySkipVerify }: VaultTlsOptions): void {
  if (variable === undefined) return;
  if (typeof variable !== "string" || !/^(?:VAULT|BAO)_SKIP_VERIFY$/.test(variable)) {
    throw wrong("tls.skipVerifyAskedBy", "what VaultConfig.fromEnv() gave, or leave it out");
  }
  if (dangerouslySkipVerify !== undefined) return;
  throw invalid(
    `${variable} asks to trust anybody`,
    "Unset it and set VAULT_CACERT, or say so in code among the options of the store, or of fromEnv " +
      "or withConfig: tls: { dangerouslySkipVerify: true }",
  );
}
