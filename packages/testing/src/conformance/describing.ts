import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkFrozen, checkTags, checkTime, rejects } from "./checks.js";

const properties: ReadonlySet<string> = new Set([
  ...["key", "description", "tags", "currentVersion", "createdAt", "updatedAt"],
  ...["rotationPeriodDays", "lastRotatedAt", "rotationDueAt", "deletedAt", "managedRotation"],
]);

export const describing: Concern = {
  title: "describing",
  cases: [
    {
      name: "describeSecret gives frozen metadata, tags always, and never a value",
      needs: ["describe"],
      run: async (lab) => {
        const key = await lab.arranged("described");
        const description = await lab.store.describeSecret(key);
        const extra = Object.keys(description).filter((name) => !properties.has(name));
        check(extra.length === 0, "a description holds what the contract lists", extra.join(", "));
        check(description.key === key, "description.key is the key that was asked", "another key");
        checkTags(description.tags);
        checkFrozen(description, "description");
        for (const name of ["createdAt", "updatedAt", "lastRotatedAt", "rotationDueAt"] as const) {
          checkTime(description[name], name);
        }
        check(description.deletedAt === undefined, "a live secret has no deletedAt", "a time");
      },
    },
    {
      name: "describeSecret of an absent key is NOT_FOUND",
      needs: ["describe"],
      run: async (lab) => {
        const call = lab.store.describeSecret(lab.key("absent"));
        await rejects(call, "NOT_FOUND", "describeSecret of an absent key");
      },
    },
    {
      name: "currentVersion is the version that a read gives",
      needs: ["describe", "versions"],
      run: async (lab) => {
        const key = await lab.arranged("current");
        await lab.arrange(key);
        const { currentVersion } = await lab.store.describeSecret(key);
        const { version } = await lab.read(key);
        check(currentVersion === version, `currentVersion is ${version}`, `${currentVersion}`);
      },
    },
    {
      name: "the description of a deleted secret says when it was deleted, or is NOT_FOUND",
      needs: ["describe", "restore"],
      run: async (lab) => {
        const key = await lab.arranged("deleted");
        await lab.store.deleteSecret(key);
        try {
          const { deletedAt } = await lab.store.describeSecret(key);
          check(deletedAt !== undefined, "a deleted secret has deletedAt", "none");
          checkTime(deletedAt, "deletedAt");
        } catch (error) {
          if (!SecretError.isInstance(error) || error.code !== "NOT_FOUND") throw error;
        }
      },
    },
  ],
};
