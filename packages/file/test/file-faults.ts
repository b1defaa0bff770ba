import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { UndoFault } from "@llm-orchestrator/secrets-testing";

/** What the file system does to a `stat` of a path; set by a test, read by its mock. */
export const statFaults = new Map<string, () => Promise<never>>();

const failing = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(`${code}: canary`), { code });
};

interface OnFile {
  readonly folder: string;
  readonly path: string;
}

function onStat(path: string, fault: () => Promise<never>): UndoFault {
  statFaults.set(path, fault);
  return () => statFaults.delete(path);
}

/** Puts other bytes in the file's place, as another program would. */
function onBytes({ path, folder }: OnFile, bytes: Uint8Array): UndoFault {
  const away = `${folder}.away`;
  const isThere = existsSync(path);
  if (isThere) renameSync(path, away);
  writeFileSync(path, bytes, { mode: 0o600 });
  return () => {
    rmSync(path);
    if (isThere) renameSync(away, path);
  };
}

function hang({ path }: OnFile): UndoFault {
  const answers: (() => void)[] = [];
  const late = failing("EIO");
  statFaults.set(path, async () => {
    await new Promise<void>((resolve) => answers.push(resolve));
    return late();
  });
  return () => {
    statFaults.delete(path);
    for (const answer of answers) answer();
  };
}

/** The faults that a file can have. Those of the file system are scripted: root is denied nothing. */
export function faultsOf(foreign: (path: string) => Uint8Array) {
  return {
    unavailable: ({ path }: OnFile) => onStat(path, failing("EIO")),
    denied: ({ path }: OnFile) => onStat(path, failing("EACCES")),
    hanging: hang,
    misconfigured: ({ folder }: OnFile): UndoFault => {
      renameSync(folder, `${folder}.away`);
      return () => renameSync(`${folder}.away`, folder);
    },
    unauthenticated: (on: OnFile) => onBytes(on, foreign(on.path)),
    unexpected: (on: OnFile) => {
      const bytes = foreign(on.path).slice();
      bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
      return onBytes(on, bytes.subarray(0, 30));
    },
  };
}
