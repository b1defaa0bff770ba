import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkSecret, checkValue, rejects } from "./checks.js";
import { describeError } from "./failure.js";
import type { Lab } from "./lab.js";

const writers = 8;

export const comparing: Concern = {
  title: "compare and set",
  cases: [
    {
      name: "a put that expects the current version is written",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = await lab.arranged("expected");
        const expectedVersion = await versionOf(lab, key);
        const value = lab.value();
        const written = await lab.store.putSecret(key, value, { expectedVersion });
        checkSecret(await lab.read(key), key, value);
        check(written.version !== expectedVersion, "a put makes a version", "the same version");
      },
    },
    {
      name: "a put that expects another version than the current one is CONFLICT, nothing changes",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = await lab.arranged("stale");
        const expectedVersion = await versionOf(lab, key);
        const value = await lab.arrange(key);
        const put = lab.store.putSecret(key, lab.value(), { expectedVersion });
        const error = await rejects(put, "CONFLICT", "a put that expects a version that has gone");
        check(error.key === key, "error.key is the key", "another key or none");
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "a put that expects a version of an absent key is CONFLICT, nothing is written",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const expectedVersion = await versionOf(lab, await lab.arranged("other"));
        const key = lab.key("absent");
        const put = lab.store.putSecret(key, lab.value(), { expectedVersion });
        await rejects(put, "CONFLICT", "a put that expects a version of an absent key");
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
    {
      name: "expectedVersion null makes a secret that is absent",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("made");
        const value = lab.value();
        await lab.store.putSecret(key, value, { expectedVersion: null });
        checkSecret(await lab.read(key), key, value);
      },
    },
    {
      name: "expectedVersion null is CONFLICT when the secret exists, nothing changes",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("there");
        const value = await lab.arrange(key);
        const put = lab.store.putSecret(key, lab.value(), { expectedVersion: null });
        await rejects(put, "CONFLICT", "a put that expects no secret where there is one");
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "of many puts that expect the same version exactly one wins",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = await lab.arranged("race");
        await oneWins(lab, key, await versionOf(lab, key));
      },
    },
    {
      name: "of many puts that expect the secret to be absent exactly one wins",
      needs: ["write", "compareAndSet"],
      run: (lab) => oneWins(lab, lab.key("birth"), null),
    },
    {
      name: "a field put that expects a version does not start again: it is CONFLICT",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("field");
        await lab.arrange(key, `{"user":"${lab.value()}"}`);
        const expectedVersion = await versionOf(lab, key);
        const value = `{"user":"${lab.value()}"}`;
        await lab.arrange(key, value);
        const put = lab.store.putSecret(key, lab.value(), { field: "user", expectedVersion });
        await rejects(put, "CONFLICT", "a put of a field that expects a version that has gone");
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "an id that no version of the store has is CONFLICT for an absent secret too, and creates none",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("never-there");
        for (const expectedVersion of ["abc", "NaN", "0", "-1"]) {
          const put = lab.store.putSecret(key, lab.value(), { expectedVersion });
          await rejects(put, "CONFLICT", `a put that expects version ${expectedVersion}`);
        }
        await rejects(lab.read(key), "NOT_FOUND", "getSecret after puts that were refused");
      },
    },
    {
      name: "expectedVersion is NOT_SUPPORTED without compareAndSet, and nothing changes",
      needs: ["write"],
      lacks: ["compareAndSet"],
      run: async (lab) => {
        const key = lab.key("plain");
        const value = await lab.arrange(key);
        for (const expectedVersion of ["1", null]) {
          const put = lab.store.putSecret(key, lab.value(), { expectedVersion });
          await rejects(put, "NOT_SUPPORTED", "expectedVersion without compareAndSet");
        }
        checkValue(await lab.read(key), value);
      },
    },
  ],
};

/** The current version, which a store with compareAndSet must tell. */
async function versionOf(lab: Lab, key: string): Promise<string> {
  const { version } = await lab.read(key);
  check(version !== undefined, "with compareAndSet, secret.version is set", "no version");
  return version;
}

async function oneWins(lab: Lab, key: string, expectedVersion: string | null): Promise<void> {
  const values = Array.from({ length: writers }, () => lab.value());
  const outcomes = await Promise.allSettled(
    values.map((value) => lab.store.putSecret(key, value, { expectedVersion })),
  );
  const won = values.filter((_, index) => outcomes[index]?.status === "fulfilled");
  const rule = `of ${writers} writers one wins, and the others are CONFLICT`;
  check(won.length === 1, rule, `${won.length} won`);
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") continue;
    const { reason } = outcome;
    const lost = SecretError.isInstance(reason) && reason.code === "CONFLICT";
    check(lost, rule, describeError(reason));
  }
  checkValue(await lab.read(key), won[0] as string);
}
