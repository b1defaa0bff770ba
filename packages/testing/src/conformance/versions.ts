import type { SecretVersion } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkFrozen, checkSecret, checkTime, rejects } from "./checks.js";
import type { Lab } from "./lab.js";

const states: readonly string[] = ["live", "deleted", "destroyed", "deprecated"];

export const versions: Concern = {
  title: "versions",
  cases: [
    {
      name: "getSecretVersions gives frozen rows, newest first, of which one is current",
      needs: ["versions"],
      run: async (lab) => {
        const key = lab.key("rows");
        const made: (string | undefined)[] = [];
        for (let count = 0; count < 3; count++) {
          await lab.arrange(key);
          made.unshift((await lab.read(key)).version);
        }
        const rows = await lab.store.getSecretVersions(key);
        for (const row of rows) checkRow(row);
        checkFrozen(rows, "versions");
        const ids = rows.map(({ version }) => version);
        check(new Set(ids).size === ids.length, "each version comes once", "one comes twice");
        const newest = ids.slice(0, 2).join();
        check(newest === made.slice(0, 2).join(), "the newest comes first", "another order");
        const current = rows.filter(({ isCurrent }) => isCurrent);
        check(current.length === 1, "exactly one version is current", `${current.length} are`);
        check(rows[0]?.isCurrent, "the newest version is the current one", "another one");
      },
    },
    {
      name: "a version that was replaced can be read by its id",
      needs: ["versions"],
      run: async (lab) => {
        const { key, ids, values } = await arrangeTwo(lab);
        for (const index of [0, 1] as const) {
          const secret = await lab.store.getSecretVersion(key, ids[index]);
          checkSecret(secret, key, values[index]);
          const { version } = secret;
          check(
            version === ids[index],
            `version is the ${ids[index]} that was asked`,
            `${version}`,
          );
        }
      },
    },
    {
      name: '"current" is the current version and "previous" the one before it',
      needs: ["versions"],
      run: async (lab) => {
        const { key, ids, values } = await arrangeTwo(lab);
        const current = await lab.store.getSecretVersion(key, "current");
        checkSecret(current, key, values[1]);
        check(current.version === ids[1], `current is version ${ids[1]}`, `${current.version}`);
        const previous = await lab.store.getSecretVersion(key, "previous");
        checkSecret(previous, key, values[0]);
        check(previous.version === ids[0], `previous is version ${ids[0]}`, `${previous.version}`);
      },
    },
    {
      name: "the first version has no previous one: NOT_FOUND",
      needs: ["versions"],
      run: async (lab) => {
        const read = lab.store.getSecretVersion(await lab.arranged("first"), "previous");
        await rejects(read, "NOT_FOUND", '"previous" of a secret with one version');
      },
    },
    {
      name: "a version that there is not is NOT_FOUND",
      needs: ["versions"],
      run: async (lab) => {
        const key = await lab.arranged("known");
        for (const version of ["no-such-version", "999999", "-1", "1e3", "__proto__", "0"]) {
          const read = lab.store.getSecretVersion(key, version);
          await rejects(read, "NOT_FOUND", `the version ${version}`);
        }
      },
    },
    {
      name: "versions of an absent key are NOT_FOUND",
      needs: ["versions"],
      run: async (lab) => {
        const key = lab.key("absent");
        await rejects(lab.store.getSecretVersions(key), "NOT_FOUND", "versions of an absent key");
        for (const version of ["current", "previous", "1"]) {
          const read = lab.store.getSecretVersion(key, version);
          await rejects(read, "NOT_FOUND", `the version ${version} of an absent key`);
        }
      },
    },
    {
      name: "a version that is no text, or an empty one, is CONFIGURATION",
      needs: ["versions"],
      run: async (lab) => {
        const key = await lab.arranged("typed");
        for (const version of [undefined, null, "", 1, {}]) {
          const read = lab.store.getSecretVersion(key, version as never);
          await rejects(read, "CONFIGURATION", "a version that is no text");
        }
      },
    },
    {
      name: "a deleted secret has no current version",
      needs: ["versions", "restore"],
      run: async (lab) => {
        const key = await lab.arranged("deleted");
        await lab.store.deleteSecret(key);
        const read = lab.store.getSecretVersion(key, "current");
        await rejects(read, "NOT_FOUND", "the current version of a deleted secret");
      },
    },
  ],
};

async function arrangeTwo(lab: Lab) {
  const key = lab.key("two");
  const first = await lab.arrange(key);
  const old = await lab.read(key);
  const second = await lab.arrange(key);
  const current = await lab.read(key);
  const ids = [old.version as string, current.version as string] as const;
  check(ids[0] !== ids[1], "each value that is stored makes a version", "the same version twice");
  return { key, ids, values: [first, second] as const };
}

function checkRow({ version, createdAt, isCurrent, isDeleted, state, labels }: SecretVersion) {
  check(typeof version === "string" && version !== "", "a row has a version", typeof version);
  check(states.includes(state), `a state is one of ${states.join(", ")}`, String(state));
  const unreadable = state === "deleted" || state === "destroyed";
  check(isDeleted === unreadable, "isDeleted says whether the state is an end", String(isDeleted));
  check(typeof isCurrent === "boolean", "isCurrent is true or false", typeof isCurrent);
  check(Array.isArray(labels), "labels is an array", typeof labels);
  checkTime(createdAt, "createdAt");
}
