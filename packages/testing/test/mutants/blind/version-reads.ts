import {
  type OperationContext,
  type SecretData,
  SecretError,
  type SecretVersionData,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore } from "./mutant.js";

type Rows = readonly SecretVersionData[];

/** A store that reads one version otherwise. */
function readingVersion(
  change: (store: OtherReads, key: string, version: string) => Promise<SecretData | undefined>,
): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async readVersion(key: string, version: string) {
      const right = () => super.readVersion(key, version);
      return change(
        { right, rows: () => super.versions(key), read: () => super.read(key) },
        key,
        version,
      );
    }
  })();
}

interface OtherReads {
  right(): Promise<SecretData | undefined>;
  rows(): Promise<Rows | undefined>;
  read(): Promise<SecretData | undefined>;
}

/** A store whose `previous` is something else. */
function readingPrevious(
  change: (
    key: string,
    right: () => Promise<SecretData | undefined>,
    read: () => Promise<SecretData | undefined>,
  ) => Promise<SecretData | undefined>,
): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async readPrevious(key: string, context: OperationContext) {
      return change(
        key,
        () => super.readPrevious(key, context),
        () => super.read(key),
      );
    }
  })();
}

async function putThree(store: MutantStore): Promise<void> {
  for (const text of ["one", "two", "three"]) await store.putSecret("demo/key", text);
}

async function versionText(store: MutantStore, version: string): Promise<string> {
  return (await store.getSecretVersion("demo/key", version)).value.expose();
}

export const versionReadMutants: readonly BlindMutant[] = [
  {
    name: "previous is the current version",
    create: () => readingPrevious(async (_key, right, read) => (await right()) && read()),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await versionText(store, "previous")) === "two";
    },
  },
  {
    name: "previous is the first version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async readPrevious(key: string, context: OperationContext) {
          return (await super.readPrevious(key, context)) && super.readVersion(key, "1");
        }
      })(),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await versionText(store, "previous")) === "two";
    },
  },
  {
    name: "previous of a secret with one version is that version",
    create: () => readingPrevious((_key, right, read) => right().catch(read)),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      return (await codeOf(() => versionText(store, "previous"))) === "NOT_FOUND";
    },
  },
  {
    name: "previous of a secret with one version is UNKNOWN",
    create: () =>
      readingPrevious((_key, right) =>
        right().catch((error: unknown) => {
          throw SecretError.isInstance(error) && error.code === "NOT_FOUND"
            ? new TypeError("Cannot read properties of undefined (reading 'version')")
            : error;
        }),
      ),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      return (await codeOf(() => versionText(store, "previous"))) === "NOT_FOUND";
    },
  },
  {
    name: "getSecretVersion does not know the name current",
    create: () =>
      new (class extends AroundMemory {
        override async getSecretVersion(
          ...[key, version, options]: Parameters<MutantStore["getSecretVersion"]>
        ) {
          if (version === "current") throw new SecretError("NOT_FOUND", { key });
          return super.getSecretVersion(key, version, options);
        }
      })(),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await codeOf(() => versionText(store, "current"))) === "no error";
    },
  },
  {
    name: "getSecretVersion of an old version gives the current value",
    create: () =>
      readingVersion(async ({ right, read }) => {
        const [old, current] = [await right(), await read()];
        return old && current && { ...old, value: current.value };
      }),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await versionText(store, "1")) === "one";
    },
  },
  {
    name: "getSecretVersion of an old version says that it is the current one",
    create: () =>
      readingVersion(async ({ right, read }) => {
        const [old, current] = [await right(), await read()];
        return old && current && { ...old, version: current.version };
      }),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await store.getSecretVersion("demo/key", "1")).version === "1";
    },
  },
  {
    name: "getSecretVersion of a version that never was gives the current one",
    create: () => readingVersion(async ({ right, read }) => (await right()) ?? read()),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await codeOf(() => versionText(store, "no-such-version"))) === "NOT_FOUND";
    },
  },
  {
    name: "a version that never was is CONFIGURATION, since it is no number",
    create: () =>
      readingVersion(({ right }, _key, version) => {
        if (/^\d+$/.test(version)) return right();
        throw new SecretError("CONFIGURATION", { detail: "the version is not a number" });
      }),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await codeOf(() => versionText(store, "no-such-version"))) === "NOT_FOUND";
    },
  },
  {
    name: "a version is found by the number that its text starts with",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async readVersion(key: string, version: string) {
          return super.readVersion(key, String(Number.parseInt(version, 10)));
        }
      })(),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await codeOf(() => versionText(store, "1x"))) === "NOT_FOUND";
    },
  },
  {
    name: "a version is found by the start of its id, so that 1 is also 10",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async readVersion(key: string, version: string) {
          const found = (await super.versions(key))?.find((row) => row.version.startsWith(version));
          return found && super.readVersion(key, found.version);
        }
      })(),
    keepsPromise: async (store) => {
      for (let count = 1; count <= 10; count++) await store.putSecret("demo/key", `${count}`);
      return (await versionText(store, "1")) === "1";
    },
  },
  {
    name: "a version given as a number is accepted",
    create: () =>
      new (class extends AroundMemory {
        override getSecretVersion(
          ...[key, version, options]: Parameters<MutantStore["getSecretVersion"]>
        ) {
          return super.getSecretVersion(key, String(version), options);
        }
      })(),
    keepsPromise: async (store) => {
      await putThree(store);
      return (await codeOf(() => versionText(store, 1 as unknown as string))) === "CONFIGURATION";
    },
  },
];
