import {
  type OperationOptions,
  type PutSecretOptions,
  type SecretDescriptionData,
  type SecretInput,
  type SecretTags,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore, writingWith } from "./mutant.js";

async function tagsOf(store: MutantStore): Promise<string> {
  const { tags } = await store.describeSecret("demo/key");
  return JSON.stringify(Object.entries(tags).sort());
}

/** A store that describes a secret in another way than the memory store. */
function describing(
  change: (data: SecretDescriptionData) => SecretDescriptionData | undefined,
): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async describe(key: string): Promise<SecretDescriptionData | undefined> {
      const data = await super.describe(key);
      return data && change(data);
    }
  })();
}

export const metadataMutants: readonly BlindMutant[] = [
  {
    name: "tags of a put are added to those that are there",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const before = (await super.describe(key))?.tags;
          const tags = context.tags && { ...before, ...context.tags };
          return super.write(key, value, { ...context, tags });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      await store.putSecret("demo/key", "two", { tags: { stage: "b" } });
      return (await tagsOf(store)) === '[["stage","b"]]';
    },
  },
  {
    name: "a put without tags takes the tags away",
    create: () => writingWith(({ tags = {} }) => ({ tags })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      await store.putSecret("demo/key", "two");
      return (await tagsOf(store)) === '[["team","a"]]';
    },
  },
  {
    name: "an empty set of tags is taken for none given, and keeps the old ones",
    create: () =>
      writingWith(({ tags }) => ({
        tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
      })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      await store.putSecret("demo/key", "two", { tags: {} });
      return (await tagsOf(store)) === "[]";
    },
  },
  {
    name: "tags are kept from the first put only",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const exists = await super.describe(key);
          const tags = exists ? undefined : context.tags;
          return super.write(key, value, { ...context, tags });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      await store.putSecret("demo/key", "two", { tags: { team: "b" } });
      return (await tagsOf(store)) === '[["team","b"]]';
    },
  },
  {
    name: "a tag that is an empty text is dropped",
    create: () =>
      writingWith(({ tags }) => ({
        tags: tags && Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== "")),
      })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "" } });
      return (await tagsOf(store)) === '[["team",""]]';
    },
  },
  {
    name: "names of tags are lower-cased",
    create: () =>
      writingWith(({ tags }) => ({
        tags:
          tags &&
          Object.fromEntries(
            Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]),
          ),
      })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { Team: "a" } });
      return (await tagsOf(store)) === '[["Team","a"]]';
    },
  },
  {
    name: "tags change when the caller changes the object that was passed",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #tags = new Map<string, SecretTags>();

        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          const written = await super.putSecret(key, value, options);
          if (options?.tags) this.#tags.set(key, options.tags);
          return written;
        }

        protected override async describe(key: string) {
          const data = await super.describe(key);
          return data && { ...data, tags: this.#tags.get(key) ?? data.tags };
        }
      })(),
    keepsPromise: async (store) => {
      const tags = { team: "a" };
      await store.putSecret("demo/key", "one", { tags });
      tags.team = "changed";
      return (await tagsOf(store)) === '[["team","a"]]';
    },
  },
  {
    name: "tags of a secret come back after it was deleted for ever and made anew",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #tags = new Map<string, SecretTags | undefined>();

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const written = await super.write(key, value, {
            ...context,
            tags: context.tags ?? this.#tags.get(key),
          });
          this.#tags.set(key, written.tags);
          return written;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      await store.deleteSecret("demo/key", { mode: "permanent" });
      await store.putSecret("demo/key", "two");
      return (await tagsOf(store)) === "[]";
    },
  },
  {
    name: "a description is never kept",
    create: () => writingWith(() => ({ description: undefined })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { description: "what it is" });
      return (await store.describeSecret("demo/key")).description === "what it is";
    },
  },
  {
    name: "a rotation period is never kept",
    create: () => writingWith(() => ({ rotationPeriodDays: undefined })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { rotationPeriodDays: 30 });
      return (await store.describeSecret("demo/key")).rotationPeriodDays === 30;
    },
  },
  {
    name: "a rotation period is kept in hours",
    create: () =>
      describing(({ rotationPeriodDays, ...data }) => ({
        ...data,
        rotationPeriodDays: rotationPeriodDays && rotationPeriodDays * 24,
      })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { rotationPeriodDays: 30 });
      return (await store.describeSecret("demo/key")).rotationPeriodDays === 30;
    },
  },
  {
    name: "describeSecret leaves the tags out, since it would be one more request",
    create: () => describing((data) => ({ ...data, tags: {} })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      return (await tagsOf(store)) === '[["team","a"]]';
    },
  },
  {
    name: "describeSecret names the first version as the current one",
    create: () => describing((data) => ({ ...data, currentVersion: "1" })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const { version } = await store.putSecret("demo/key", "two");
      return (await store.describeSecret("demo/key")).currentVersion === version;
    },
  },
  {
    name: "describeSecret of an absent key resolves to an empty description",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async describe(key: string) {
          return (await super.describe(key)) ?? { tags: {} };
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.describeSecret("demo/absent"))) === "NOT_FOUND",
  },
  {
    name: "describeSecret gives times as Date",
    create: () =>
      new (class extends AroundMemory {
        override async describeSecret(key: string, options?: OperationOptions) {
          const description = await super.describeSecret(key, options);
          const createdAt = Object.freeze(new Date(description.createdAt ?? 0));
          return Object.freeze({ ...description, createdAt: createdAt as unknown as string });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      return typeof (await store.describeSecret("demo/key")).createdAt === "string";
    },
  },
  {
    name: "describeSecret does not say that a secret is deleted",
    create: () => describing((data) => ({ ...data, deletedAt: undefined })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      return (await store.describeSecret("demo/key")).deletedAt !== undefined;
    },
  },
  {
    name: "tags are kept inside the value, and the value comes back with them",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const { tags } = context;
          if (!tags || Object.keys(tags).length === 0) return super.write(key, value, context);
          const document = JSON.stringify({ value: value.expose(), tags });
          return super.write(key, secretValue(document), context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one", { tags: { team: "a" } });
      return (await store.getSecret("demo/key")).value.expose() === "one";
    },
  },
];
