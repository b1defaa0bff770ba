import {
  type RotateSecretOptions,
  randomSecret,
  SecretError,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkSecret, checkValue, rejects } from "./checks.js";
import { arrangeObject, keptSiblings } from "./fields.js";
import type { Lab } from "./lab.js";
import { checkTagsOf } from "./metadata.js";

const verifyFailed = { code: "INVALID_SECRET", reason: "verify-failed" } as const;

export const rotating: Concern = {
  title: "rotating",
  cases: [
    {
      name: "rotateSecret makes a new value current and keeps the old one as previous",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("rotated");
        const old = await lab.arrange(key);
        const before = await lab.read(key);
        const value = lab.value();
        const rotated = await lab.store.rotateSecret(key, { generate: () => value });
        checkSecret(rotated, key, value);
        const after = await lab.read(key);
        checkSecret(after, key, value);
        check(rotated.version === after.version, "the version returned is current", "another one");
        check(after.version !== before.version, "a rotation makes a version", "the same version");
        checkSecret(await lab.store.getSecretVersion(key, "previous"), key, old);
      },
    },
    {
      name: "randomSecret of core can make the value, and each rotation another one",
      needs: ["rotate"],
      run: async (lab) => {
        const key = await lab.arranged("random");
        const first = await lab.store.rotateSecret(key, { generate: randomSecret() });
        const second = await lab.store.rotateSecret(key, { generate: randomSecret() });
        check(!first.value.equals(second.value), "each rotation makes a new value", "the same");
        const previous = await lab.store.getSecretVersion(key, "previous");
        check(previous.value.equals(first.value), "previous is the last but one", "another value");
      },
    },
    {
      name: "generate is told the current value, its version and the signal",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("told");
        const old = await lab.arrange(key);
        const { version } = await lab.read(key);
        const { signal } = new AbortController();
        const told: { current: SecretValue; version: unknown; signal: unknown }[] = [];
        const generate: RotateSecretOptions["generate"] = (input) => {
          told.push(input);
          return lab.value();
        };
        await lab.store.rotateSecret(key, { generate, signal });
        const [input] = told;
        check(input && told.length === 1, "generate runs once", `${told.length} times`);
        checkValue({ value: input.current }, old);
        check(input.version === version, `generate gets version ${version}`, `${input.version}`);
        check(input.signal === signal, "generate gets the caller's signal", "another or none");
      },
    },
    {
      name: "verify is given the very value that becomes current",
      needs: ["rotate"],
      run: async (lab) => {
        const key = await lab.arranged("verified");
        const value = lab.value();
        let seen: SecretValue | undefined;
        const verify = (candidate: SecretValue) => {
          seen = candidate;
        };
        await lab.store.rotateSecret(key, { generate: () => value, verify });
        check(seen, "verify is called", "it was not");
        checkValue({ value: seen }, value);
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "a verify that throws or gives false leaves the old value current",
      needs: ["rotate"],
      run: async (lab) => {
        const failing: NonNullable<RotateSecretOptions["verify"]>[] = [
          () => false,
          async () => false,
          () => Promise.reject(new Error("refused")),
          (candidate) => {
            throw new Error(`the service refused ${candidate.expose()}`);
          },
        ];
        for (const [index, verify] of failing.entries()) {
          await leavesOldValue(lab, `refused${index}`, verify);
        }
      },
    },
    {
      name: "a generate that throws leaves the old value current",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("thrown");
        const old = await lab.arrange(key);
        const generate: RotateSecretOptions["generate"] = ({ current }) => {
          throw new Error(`cannot replace ${current.expose()}`);
        };
        const call = lab.store.rotateSecret(key, { generate });
        await rejects(call, "INVALID_SECRET", "a rotation whose generate throws");
        checkValue(await lab.read(key), old);
      },
    },
    {
      name: "a generate that gives the old value, an empty one or nothing is INVALID_SECRET",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("same");
        const old = await lab.arrange(key);
        for (const made of [old, "", undefined, 7]) {
          const call = lab.store.rotateSecret(key, { generate: () => made as string });
          await rejects(call, "INVALID_SECRET", "a rotation without a new value");
          checkValue(await lab.read(key), old);
        }
      },
    },
    {
      name: "without anything that makes a value a rotation is CONFIGURATION, nothing changes",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("unmade");
        const old = await lab.arrange(key);
        await rejects(lab.store.rotateSecret(key), "CONFIGURATION", "a rotation without generate");
        checkValue(await lab.read(key), old);
      },
    },
    {
      name: "a rotation of an absent key is NOT_FOUND, and makes nothing",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("absent");
        const call = lab.store.rotateSecret(key, { generate: () => lab.value() });
        await rejects(call, "NOT_FOUND", "a rotation of an absent key");
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
    {
      name: "a rotation that loses a race is CONFLICT, and the other writer's value stays",
      needs: ["rotate"],
      run: async (lab) => {
        const key = await lab.arranged("raced");
        const theirs = lab.value();
        let calls = 0;
        const generate = async () => {
          if (++calls === 1) await lab.arrange(key, theirs);
          return lab.value();
        };
        const call = lab.store.rotateSecret(key, { generate });
        await rejects(call, "CONFLICT", "a rotation that lost a race");
        checkValue(await lab.read(key), theirs);
      },
    },
    {
      name: "rotating one field keeps the others to the letter",
      needs: ["rotate"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        const made = lab.value();
        let current: SecretValue | undefined;
        const generate: RotateSecretOptions["generate"] = (input) => {
          current = input.current;
          return made;
        };
        await lab.store.rotateSecret(key, { field: "user", generate });
        checkValue({ value: current as SecretValue }, user);
        await keptSiblings(lab, key, made);
        const old = await lab.store.getSecretVersion(key, "previous", { field: "user" });
        checkValue(old, user);
      },
    },
    {
      name: "a rotation of an object without a field is INVALID_SECRET, nothing changes",
      needs: ["rotate"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        const call = lab.store.rotateSecret(key, { generate: () => lab.value() });
        await rejects(call, "INVALID_SECRET", "a rotation of an object as a whole");
        await keptSiblings(lab, key, user);
      },
    },
    {
      name: "a rotation keeps the tags",
      needs: ["rotate", "write", "metadata"],
      run: async (lab) => {
        const key = lab.key("tagged");
        await lab.store.putSecret(key, lab.value(), { tags: { kept: "yes" } });
        await lab.store.rotateSecret(key, { generate: () => lab.value() });
        await checkTagsOf(lab, key, { kept: "yes" });
      },
    },
  ],
};

async function leavesOldValue(
  lab: Lab,
  name: string,
  verify: NonNullable<RotateSecretOptions["verify"]>,
): Promise<void> {
  const key = lab.key(name);
  const old = await lab.arrange(key);
  const candidate = lab.value();
  const call = lab.store.rotateSecret(key, { generate: () => candidate, verify });
  await rejects(call, verifyFailed, "a rotation whose verify fails");
  checkSecret(await lab.read(key), key, old);
  const previous = await lab.store.getSecretVersion(key, "previous").catch((error: unknown) => {
    if (SecretError.isInstance(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  });
  const rejected = previous?.value.expose() === candidate;
  check(!rejected, '"previous" never names a candidate that was rejected', "it does");
}
