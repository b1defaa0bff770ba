import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SecretError } from "@llm-orchestrator/secrets-core";

interface TlsPaths {
  readonly caFile?: string | undefined;
  readonly caPath?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** @throws SecretError `CONFIGURATION` that names the option, and not what is in the file. */
export async function readTlsFiles({ caFile, caPath, certFile, keyFile }: TlsPaths): Promise<{
  readonly ca: readonly string[];
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}> {
  const ca = [
    ...(caFile === undefined ? [] : [await read("tls.caFile", caFile)]),
    ...(caPath === undefined ? [] : await readFolder(caPath)),
  ];
  const cert = certFile === undefined ? undefined : await read("tls.certFile", certFile);
  const key = keyFile === undefined ? undefined : await read("tls.keyFile", keyFile);
  return { ca, cert, key };
}

async function readFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable("tls.caPath", error);
  });
  const files = names.filter((name) => /\.(?:pem|crt|cer)$|\.\d$/.test(name));
  return Promise.all(files.sort().map((name) => read("tls.caPath", join(folder, name))));
}

async function read(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(option, error);
  }
}

function unreadable(option: string, cause: unknown): SecretError {
  return new SecretError("CONFIGURATION", {
    ...{ reason: "tls", cause },
    detail: `the file of ${option} cannot be read`,
    fix: "Check the path and its permissions",
  });
}
