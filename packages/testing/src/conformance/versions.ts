import { SecretError, type SecretVersion } from "@llm-orchestrator/secrets-core";
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
      name: "every version that can be read as current or previous is listed",
      needs: ["versions"],
      run: async (lab) => {
        const { key, ids } = await arrangeTwo(lab);
        const rows = await lab.store.getSecretVersions(key);
        const listed = rows.map(({ version }) => version).join();
        check(listed === `${ids[1]},${ids[0]}`, `the versions are ${ids[1]},${ids[0]}`, listed);
      },
    },
    {
      name: "the tenth version is newer than the ninth, and none is taken for another",
      needs: ["versions"],
      run: async (lab) => {
        const key = lab.key("ten");
        const made: (readonly [id: string, value: string])[] = [];
        for (let count = 0; count < 10; count++) {
          const value = await lab.arrange(key);
          made.unshift([(await lab.read(key)).version as string, value]);
        }
        const rows = await lab.store.getSecretVersions(key);
        const newest = rows.slice(0, 2).map(({ version }) => version);
        const expected = made.slice(0, 2).map(([id]) => id);
        check(newest.join() === expected.join(), `the newest are ${expected}`, `${newest}`);
        for (const [id, value] of made) await isItselfOrGone(lab, key, id, value);
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
      name: "a deleted secret has no row that is current, and its version's row says deleted",
      needs: ["versions", "restore"],
      run: async (lab) => {
        const key = await lab.arranged("deleted-row");
        const { version } = await lab.read(key);
        await lab.store.deleteSecret(key);
        const rows = await lab.store.getSecretVersions(key).catch(nothingIfNotFound);
        const isCurrent = rows.some((row) => row.isCurrent);
        check(!isCurrent, "a deleted secret has no current version", "a row with isCurrent");
        const row = rows.find((one) => one.version === version);
        check(row?.isDeleted !== false, "the row of a deleted version has isDeleted", "it has not");
      },
    },
    {
      name: "the version of a deleted secret can be read neither as current nor by its id",
      needs: ["versions", "restore"],
      run: async (lab) => {
        const key = await lab.arranged("deleted");
        const { version } = await lab.read(key);
        await lab.store.deleteSecret(key);
        for (const name of ["current", version as string]) {
          const read = lab.store.getSecretVersion(key, name);
          await rejects(read, "NOT_FOUND", `the version ${name} of a deleted secret`);
        }
      },
    },
  ],
};

/** A store may keep only so many versions. */
async function isItselfOrGone(lab: Lab, key: string, id: string, value: string): Promise<void> {
  try {
    checkSecret(await lab.store.getSecretVersion(key, id), key, value);
  } catch (error) {
    if (!SecretError.isInstance(error) || error.code !== "NOT_FOUND") throw error;
  }
}

/** A store may forget the versions of a deleted secret until it is restored. */
function nothingIfNotFound(error: unknown): readonly SecretVersion[] {
  if (SecretError.isInstance(error) && error.code === "NOT_FOUND") return [];
  throw error;
}

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
