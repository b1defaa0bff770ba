import { X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { SecretError } from "@llm-orchestrator/secrets-core";
import type { VaultTlsOptions } from "./vault-options.js";

/**
 * Whom to trust and who we are, in a box: what an agent has among its options can be printed.
 *
 * @throws SecretError `CONFIGURATION` that names the option, and not what is in the file.
 */
export async function readTlsFiles(options: VaultTlsOptions): Promise<SecureContext> {
  const { ca, caFile, caPath, certFile, keyFile } = options;
  const authorities = [
    ...(ca === undefined ? [] : [checkCertificate("ca", ca)]),
    ...(caFile === undefined ? [] : [checkCertificate("caFile", await read("caFile", caFile))]),
    ...(caPath === undefined ? [] : await readFolder(caPath)),
  ];
  const cert = options.cert ?? (certFile && (await read("certFile", certFile)));
  const key = options.key ?? (keyFile && (await read("keyFile", keyFile)));
  try {
    return createSecureContext({
      minVersion: "TLSv1.2",
      ...(authorities.length > 0 && { ca: authorities }),
      ...(cert !== undefined && key !== undefined && { cert, key }),
    });
  } catch (error) {
    throw unusable("cert", "and its key are not a pair in PEM", error);
  }
}

async function readFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unusable("caPath", "cannot be read", error);
  });
  const files = names.filter((name) => /\.(?:pem|crt|cer)$|\.\d$/.test(name)).sort();
  if (files.length === 0) throw unusable("caPath", "holds no .pem, .crt or .cer");
  return Promise.all(
    files.map(async (name) => checkCertificate("caPath", await read("caPath", join(folder, name)))),
  );
}

async function read(option: keyof VaultTlsOptions, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unusable(option, "cannot be read", error);
  }
}

/** Node ignores what is none, and then trusts nobody and says nothing of why. */
function checkCertificate(option: keyof VaultTlsOptions, text: string): string {
  try {
    new X509Certificate(text);
    return text;
  } catch (error) {
    throw unusable(option, "is no certificate in PEM", error);
  }
}

function unusable(option: keyof VaultTlsOptions, what: string, cause?: unknown): SecretError {
  return new SecretError("CONFIGURATION", {
    ...{ reason: "tls", cause },
    detail: `what the option tls.${option} names ${what}`,
    fix: "Check the path, its permissions, and that it holds PEM",
  });
}
