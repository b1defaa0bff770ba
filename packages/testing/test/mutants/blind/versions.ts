import type {
  OperationOptions,
  SecretVersion,
  SecretVersionData,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore } from "./mutant.js";

type Rows = readonly SecretVersionData[];

/** A store whose list of versions is what `change` makes of the right one. */
function versioned(change: (rows: Rows) => Rows): MutantStore {
  return new (class extends AroundMemory {
    override async getSecretVersions(key: string, options?: OperationOptions) {
      const rows = await super.getSecretVersions(key, options);
      const changed = change(rows).map((row) => Object.freeze(row));
      return Object.freeze(changed) as readonly SecretVersion[];
    }
  })();
}

async function putThree(store: MutantStore): Promise<void> {
  for (const text of ["one", "two", "three"]) await store.putSecret("demo/key", text);
}

async function versionText(store: MutantStore, version: string): Promise<string> {
  return (await store.getSecretVersion("demo/key", version)).value.expose();
}

function rowsOf(check: (rows: readonly SecretVersion[]) => boolean) {
  return async (store: MutantStore) => {
    await putThree(store);
    return check(await store.getSecretVersions("demo/key"));
  };
}

export const versionMutants: readonly BlindMutant[] = [
  {
    name: "versions come oldest first",
    create: () => versioned((rows) => [...rows].reverse()),
    keepsPromise: rowsOf((rows) => rows.map(({ version }) => version).join() === "3,2,1"),
  },
  {
    name: "versions come in the order of their ids as text, so that 9 is newer than 10",
    create: () => versioned((rows) => [...rows].sort((a, b) => (a.version < b.version ? 1 : -1))),
    keepsPromise: async (store) => {
      for (let count = 1; count <= 10; count++) await store.putSecret("demo/key", `${count}`);
      return (await store.getSecretVersions("demo/key"))[0]?.version === "10";
    },
  },
  {
    name: "the two newest versions are both marked as current",
    create: () => versioned((rows) => rows.map((row, index) => ({ ...row, isCurrent: index < 2 }))),
    keepsPromise: rowsOf((rows) => rows.filter(({ isCurrent }) => isCurrent).length === 1),
  },
  {
    name: "no version is marked as current",
    create: () => versioned((rows) => rows.map((row) => ({ ...row, isCurrent: false }))),
    keepsPromise: rowsOf((rows) => rows.filter(({ isCurrent }) => isCurrent).length === 1),
  },
  {
    name: "the first version is marked as current",
    create: () =>
      versioned((rows) =>
        rows.map((row, index) => ({ ...row, isCurrent: index === rows.length - 1 })),
      ),
    keepsPromise: rowsOf((rows) => rows[0]?.isCurrent === true),
  },
  {
    name: "a version that is deleted is said to be live",
    create: () =>
      versioned((rows) => rows.map((row) => ({ ...row, state: "live", isDeleted: false }))),
    keepsPromise: async (store) => {
      await putThree(store);
      await store.deleteSecret("demo/key");
      return (await store.getSecretVersions("demo/key"))[0]?.isDeleted === true;
    },
  },
  {
    name: "a version that is deleted is still marked as current",
    create: () =>
      versioned((rows) => rows.map((row, index) => ({ ...row, isCurrent: index === 0 }))),
    keepsPromise: async (store) => {
      await putThree(store);
      await store.deleteSecret("demo/key");
      return (await store.getSecretVersions("demo/key"))[0]?.isCurrent === false;
    },
  },
  {
    name: "versions carry their values",
    create: () =>
      new (class extends AroundMemory {
        override async getSecretVersions(key: string, options?: OperationOptions) {
          const rows = await super.getSecretVersions(key, options);
          const newest = await super.getSecretVersion(key, "current").catch(() => undefined);
          return rows.map((row) => Object.freeze({ ...row, data: newest?.value.expose() }));
        }
      })(),
    keepsPromise: rowsOf((rows) => !JSON.stringify(rows).includes("three")),
  },
  {
    name: "versions are not frozen",
    create: () =>
      new (class extends AroundMemory {
        override async getSecretVersions(key: string, options?: OperationOptions) {
          const rows = await super.getSecretVersions(key, options);
          return rows.map((row) => ({ ...row }));
        }
      })(),
    keepsPromise: rowsOf(
      (rows) => Object.isFrozen(rows) && rows.every((row) => Object.isFrozen(row)),
    ),
  },
  {
    name: "createdAt of a version is a Date",
    create: () =>
      versioned((rows) =>
        rows.map((row) => ({
          ...row,
          createdAt: new Date(row.createdAt ?? 0) as unknown as string,
        })),
      ),
    keepsPromise: rowsOf((rows) => rows.every(({ createdAt }) => typeof createdAt === "string")),
  },
  {
    name: "ids of versions are spelled in a way that getSecretVersion does not know",
    create: () => versioned((rows) => rows.map((row) => ({ ...row, version: `v${row.version}` }))),
    keepsPromise: async (store) => {
      await putThree(store);
      const [newest] = await store.getSecretVersions("demo/key");
      const read = () => versionText(store, newest?.version ?? "");
      return (await codeOf(read)) === "no error";
    },
  },
  {
    name: "versions of an absent key are an empty list",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async versions(key: string) {
          return (await super.versions(key)) ?? [];
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecretVersions("demo/absent"))) === "NOT_FOUND",
  },
  {
    name: "the oldest version is left out of the list",
    create: () => versioned((rows) => (rows.length > 1 ? rows.slice(0, -1) : rows)),
    keepsPromise: rowsOf((rows) => rows.length === 3),
  },
];
