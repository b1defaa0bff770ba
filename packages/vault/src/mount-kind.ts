import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { encodePath } from "./secret-path.js";
import { toError } from "./status-map.js";
import type { VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";
import type { VaultSettings } from "./vault-settings.js";

/** What is mounted there; `undefined` when the token may not know. */
export interface MountKind {
  readonly version: 1 | 2 | undefined;
  readonly mountPath: string;
}

/** Asks what any token may ask that has access to something below the mount. */
export async function askMountKind(
  api: VaultApi,
  { mountPath, kvVersion }: VaultSettings,
  context: OperationContext,
): Promise<MountKind> {
  const path = `sys/internal/ui/mounts/${encodePath(mountPath)}`;
  const { reply, meaning } = await api.send(
    { method: "GET", path, below: "sys/internal" },
    context,
  );
  if (meaning?.code === "PERMISSION_DENIED" && kvVersion !== "detect") {
    return { version: undefined, mountPath };
  }
  if (meaning && meaning.code !== "NOT_FOUND") throw toError(meaning);
  const { type, options } = record(reply && bodyOf(reply).data);
  if (type !== "kv" && type !== "generic") throw notKv(mountPath);
  return { version: record(options).version === "2" ? 2 : 1, mountPath };
}

/** @throws SecretError `CONFIGURATION` when the mount is of the other kind. */
export function checkMount({ version, mountPath }: MountKind, wanted: 1 | 2): void {
  if (version === undefined || version === wanted) return;
  throw new SecretError("CONFIGURATION", {
    reason: "kv-version",
    detail: `the mount ${mountPath} is KV version ${version}, and kvVersion is ${wanted}`,
    fix: `Set kvVersion: ${version}`,
  });
}

function notKv(mountPath: string): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "mount",
    detail: `no KV engine is mounted at ${mountPath}`,
    fix: "Check mountPath (and the namespace)",
  });
}
