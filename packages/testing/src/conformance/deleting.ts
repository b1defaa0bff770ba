import type { Concern } from "./case.js";
import { check, checkError, checkSecret, checkValue, rejects } from "./checks.js";
import type { Lab } from "./lab.js";
import { checkTagsOf } from "./metadata.js";

const deleted = { code: "NOT_FOUND", reason: ["deleted", "pending-deletion"] } as const;
const gone = { code: "NOT_FOUND", reason: ["absent", "destroyed"] } as const;
const permanent = { mode: "permanent" } as const;

export const deleting: Concern = {
  title: "deleting and restoring",
  cases: [
    {
      name: "a deleted secret is NOT_FOUND with a reason, and others stay",
      needs: ["restore"],
      run: async (lab) => {
        const key = await lab.arranged("deleted");
        await lab.arrange(key); // a version before that a deletion must not bring to light
        const others = await arrangeAlike(lab, "deleted");
        await lab.store.deleteSecret(key);
        await rejects(lab.read(key), deleted, "getSecret of a deleted secret");
        for (const [other, value] of others) checkValue(await lab.read(other), value);
      },
    },
    {
      name: "restoreSecret brings a deleted secret back as it was",
      needs: ["restore"],
      run: async (lab) => {
        const key = await lab.arranged("restored");
        const value = await lab.arrange(key); // so that there is an older version to confuse it with
        const before = await lab.read(key);
        await lab.store.deleteSecret(key, { mode: "recoverable" });
        await rejects(lab.read(key), deleted, "getSecret of a deleted secret");
        await lab.store.restoreSecret(key);
        const after = await lab.read(key);
        checkSecret(after, key, value);
        check(after.version === before.version, "the version is the one it had", "another version");
      },
    },
    {
      name: "recoverable is the default: a deletion without a mode can be undone",
      needs: ["restore"],
      run: async (lab) => {
        const key = lab.key("default");
        const value = await lab.arrange(key);
        await lab.store.deleteSecret(key);
        await lab.store.restoreSecret(key);
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "restoreSecret leaves a live secret alone",
      needs: ["restore"],
      run: async (lab) => {
        const key = lab.key("live");
        const value = await lab.arrange(key);
        const before = await lab.read(key);
        await lab.store.restoreSecret(key);
        const after = await lab.read(key);
        checkSecret(after, key, value);
        check(after.version === before.version, "the version stays", "another version");
      },
    },
    {
      name: "restoreSecret of a live secret brings no older version back",
      needs: ["restore", "write"],
      run: async (lab) => {
        const key = await lab.arranged("newer");
        await lab.store.deleteSecret(key);
        await lab.store.restoreSecret(key);
        const value = lab.value();
        await lab.store.putSecret(key, value);
        await lab.store.restoreSecret(key);
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "restoreSecret of an absent key is NOT_FOUND",
      needs: ["restore"],
      run: async (lab) => {
        const restore = lab.store.restoreSecret(lab.key("absent"));
        await rejects(restore, "NOT_FOUND", "restoreSecret of an absent key");
      },
    },
    {
      name: "deleting an absent or a deleted key resolves",
      needs: ["restore"],
      run: async (lab) => {
        await lab.store.deleteSecret(lab.key("absent"));
        const key = await lab.arranged("twice");
        await lab.store.deleteSecret(key);
        await lab.store.deleteSecret(key);
        await rejects(lab.read(key), deleted, "getSecret of a secret that was deleted twice");
        await lab.store.restoreSecret(key);
        await lab.read(key);
      },
    },
    {
      name: "a permanent deletion leaves nothing to read or restore",
      needs: ["delete"],
      run: async (lab) => {
        const key = await lab.arranged("gone");
        const others = await arrangeAlike(lab, "gone");
        await lab.store.deleteSecret(key, permanent);
        await rejects(lab.read(key), gone, "getSecret after a permanent deletion");
        for (const [other, value] of others) checkValue(await lab.read(other), value);
        if (!lab.store.capabilities.restore) return;
        const restore = lab.store.restoreSecret(key);
        await rejects(restore, "NOT_FOUND", "restoreSecret after a permanent deletion");
      },
    },
    {
      name: "a secret that was deleted before can be deleted for ever",
      needs: ["delete", "restore"],
      run: async (lab) => {
        const key = await lab.arranged("gone-later");
        await lab.store.deleteSecret(key);
        await lab.store.deleteSecret(key, permanent);
        await rejects(lab.read(key), gone, "getSecret after a permanent deletion");
        const restore = lab.store.restoreSecret(key);
        await rejects(restore, "NOT_FOUND", "restoreSecret after a permanent deletion");
      },
    },
    {
      name: "a permanent deletion takes every version",
      needs: ["delete", "versions"],
      run: async (lab) => {
        const key = await lab.arranged("history");
        const { version } = await lab.read(key);
        await lab.arrange(key);
        await lab.store.deleteSecret(key, permanent);
        for (const name of [version as string, "current", "previous"]) {
          const read = lab.store.getSecretVersion(key, name);
          await rejects(read, "NOT_FOUND", `version ${name} after a permanent deletion`);
        }
      },
    },
    {
      name: "a permanent deletion of an absent key resolves",
      needs: ["delete"],
      run: (lab) => lab.store.deleteSecret(lab.key("absent"), permanent),
    },
    {
      name: "a key that was deleted for ever can be used again",
      needs: ["delete", "write"],
      run: async (lab) => {
        const key = await lab.arranged("again");
        await lab.store.deleteSecret(key, permanent);
        const value = lab.value();
        await lab.store.putSecret(key, value);
        checkSecret(await lab.read(key), key, value);
      },
    },
    {
      name: "a key that was deleted for ever and is used again has none of its old tags",
      needs: ["delete", "write", "metadata"],
      run: async (lab) => {
        const key = lab.key("untagged");
        await lab.store.putSecret(key, lab.value(), { tags: { old: "yes" } });
        await lab.store.deleteSecret(key, permanent);
        await lab.store.putSecret(key, lab.value());
        await checkTagsOf(lab, key, {});
      },
    },
    {
      name: "a put of a deleted secret makes it live again, or is refused and leaves it deleted",
      needs: ["restore", "write"],
      run: async (lab) => {
        const key = await lab.arranged("revived");
        await lab.store.deleteSecret(key);
        const value = lab.value();
        try {
          await lab.store.putSecret(key, value);
        } catch (error) {
          checkError(error, { code: ["NOT_FOUND", "CONFLICT"] }, "a put of a deleted secret");
          await rejects(lab.read(key), deleted, "getSecret of a deleted secret");
          return;
        }
        checkSecret(await lab.read(key), key, value);
      },
    },
    {
      name: "without restore a deletion without a mode is NOT_SUPPORTED: never silently permanent",
      needs: ["delete"],
      lacks: ["restore"],
      run: async (lab) => {
        const key = lab.key("careful");
        const value = await lab.arrange(key);
        for (const options of [undefined, { mode: "recoverable" } as const]) {
          const call = lab.store.deleteSecret(key, options);
          await rejects(call, "NOT_SUPPORTED", "a recoverable deletion without restore");
        }
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "without delete a permanent deletion is NOT_SUPPORTED, and the secret stays",
      needs: ["restore"],
      lacks: ["delete"],
      run: async (lab) => {
        const key = lab.key("kept");
        const value = await lab.arrange(key);
        const call = lab.store.deleteSecret(key, permanent);
        await rejects(call, "NOT_SUPPORTED", "a permanent deletion without delete");
        checkValue(await lab.read(key), value);
      },
    },
  ],
};

/** Secrets whose keys start with that of another, on the same level and below it. */
async function arrangeAlike(lab: Lab, name: string): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const key of [lab.key(`${name}-not`), lab.key(`${name}/below`)]) {
    values.set(key, await lab.arrange(key));
  }
  return values;
}
