import {
  type DeleteSecretOptions,
  ForwardingSecretStore,
  type GetSecretOptions,
  type OperationContext,
  type PutSecretOptions,
  type RemoveContext,
  type Secret,
  type SecretData,
  SecretError,
  type SecretInput,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../src/index.js";
import { type Mutant, subclass, wrapper } from "./kill.js";

class WrongVersion extends ForwardingSecretStore {
  override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
    const secret = await super.putSecret(key, value, options);
    return Object.freeze({ ...secret, version: `${secret.version}0` });
  }
}

class LosesRace extends MemorySecretStore {
  protected override async write(key: string, value: SecretValue, context: WriteContext) {
    const { expectedVersion } = context;
    if (expectedVersion !== undefined) {
      const current = await this.read(key).catch(() => undefined);
      await new Promise(setImmediate);
      if ((current?.version ?? null) !== expectedVersion)
        throw new SecretError("CONFLICT", { key });
    }
    return super.write(key, value, { ...context, expectedVersion: undefined });
  }
}

class DeniedIsNotFound extends ForwardingSecretStore {
  override getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
    return super.getSecret(key, options).catch((error: SecretError) => {
      if (error.code !== "PERMISSION_DENIED") throw error;
      throw new SecretError("NOT_FOUND", { key, store: this.name, reason: "absent" });
    });
  }
}

class QuotesValue extends ForwardingSecretStore {
  override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
    return super.putSecret(key, value, options).catch((error: SecretError) => {
      if (error.code !== "CONFLICT") throw error;
      const detail = `cannot write ${Buffer.from(String(value)).toString("base64")}`;
      throw new SecretError("CONFLICT", { key, store: this.name, detail });
    });
  }
}

class FirstPageOnly extends MemorySecretStore {
  protected override async *list(prefix: string) {
    let count = 0;
    for await (const key of super.list(prefix)) if (++count <= 5) yield key;
  }
}

class OneLevelOnly extends MemorySecretStore {
  protected override async *list(prefix: string) {
    for await (const key of super.list(prefix)) {
      if (!key.slice(prefix.length).includes("/")) yield key;
    }
  }
}

class PreviousIsCurrent extends MemorySecretStore {
  protected override readPrevious(key: string, _context: OperationContext) {
    return this.read(key);
  }
}

class DropsSiblings extends ForwardingSecretStore {
  override putSecret(key: string, value: SecretInput, options: PutSecretOptions = {}) {
    const { field, ...others } = options;
    if (field === undefined) return super.putSecret(key, value, options);
    return super.putSecret(key, JSON.stringify({ [field]: secretValue(value).expose() }), others);
  }
}

class IgnoresAbort extends ForwardingSecretStore {
  override getSecret(key: string, options: GetSecretOptions = {}) {
    const { signal: _, ...others } = options;
    return super.getSecret(key, others);
  }
}

class StaysOpen extends ForwardingSecretStore {
  override async close() {}
}

class SilentlyPermanent extends MemorySecretStore {
  protected override remove(key: string, context: RemoveContext) {
    return super.remove(key, { ...context, mode: "permanent" });
  }
}

class TagsInData extends MemorySecretStore {
  protected override async read(key: string): Promise<SecretData | undefined> {
    const data = await super.read(key);
    if (!data?.tags || Object.keys(data.tags).length === 0) return data;
    const text = secretValue(data.value).expose();
    return { ...data, value: `${text.replace(/}$/, "")},${JSON.stringify(data.tags)}` };
  }
}

class ThrowsAtOnce extends ForwardingSecretStore {
  override getSecret(key: string, options?: GetSecretOptions) {
    if (key === "") throw new SecretError("INVALID_KEY", { store: this.name });
    return super.getSecret(key, options);
  }
}

class AuditsTwice extends ForwardingSecretStore {
  override async deleteSecret(key: string, options?: DeleteSecretOptions) {
    await super.getSecret(key).catch(() => {});
    await super.deleteSecret(key, options);
  }
}

class HangsForEver extends MemorySecretStore {
  protected override versions() {
    return new Promise<never>(() => {});
  }
}

class Prints extends ForwardingSecretStore {
  override async getSecret(key: string, options?: GetSecretOptions) {
    const secret = await super.getSecret(key, options);
    console.debug(`read ${encodeURIComponent(secret.value.expose())}`);
    return secret;
  }
}

/** Mutants by the author of the suite; a larger set is by somebody who has not read it. */
export const smallMutants: readonly Mutant[] = [
  {
    ...{ name: "put returns a version that is not there", concern: "writing" },
    create: wrapper((inner) => new WrongVersion(inner)),
  },
  {
    ...{ name: "compare and set reads first and writes later", concern: "compare and set" },
    create: subclass(() => new LosesRace()),
  },
  {
    ...{ name: "denied is taken for not found", concern: "faults" },
    create: wrapper((inner) => new DeniedIsNotFound(inner)),
  },
  {
    ...{ name: "a conflict quotes the value in base64", concern: "leaking" },
    create: wrapper((inner) => new QuotesValue(inner)),
  },
  {
    ...{ name: "a list ends after its first page", concern: "listing" },
    create: subclass(() => new FirstPageOnly()),
  },
  {
    ...{ name: "a list shows one level", concern: "listing" },
    create: subclass(() => new OneLevelOnly()),
  },
  {
    ...{ name: "previous is the current version", concern: "versions" },
    create: subclass(() => new PreviousIsCurrent()),
  },
  {
    ...{ name: "a put of one field drops the others", concern: "fields" },
    create: wrapper((inner) => new DropsSiblings(inner)),
  },
  {
    ...{ name: "a read ignores its signal", concern: "cancelling" },
    create: wrapper((inner) => new IgnoresAbort(inner)),
  },
  {
    ...{ name: "a closed store goes on answering", concern: "closing" },
    create: wrapper((inner) => new StaysOpen(inner)),
  },
  {
    ...{ name: "a recoverable deletion is permanent", concern: "deleting and restoring" },
    create: subclass(() => new SilentlyPermanent()),
  },
  {
    ...{ name: "tags are kept in the value", concern: "metadata" },
    create: subclass(() => new TagsInData()),
  },
  {
    ...{ name: "an empty key throws at once", concern: "keys" },
    create: wrapper((inner) => new ThrowsAtOnce(inner)),
  },
  {
    ...{ name: "a deletion publishes two events", concern: "auditing" },
    create: wrapper((inner) => new AuditsTwice(inner)),
  },
  {
    ...{ name: "a call never settles", concern: "versions" },
    timeoutMs: 100,
    create: subclass(() => new HangsForEver()),
  },
  {
    ...{ name: "a value is printed, URL-encoded", concern: "reading" },
    create: wrapper((inner) => new Prints(inner)),
  },
  {
    ...{ name: "the store declares more than its author says", concern: "declaring" },
    capabilities: { write: true, list: true, maxBatchSize: 20 },
    create: subclass(() => new MemorySecretStore()),
  },
];
