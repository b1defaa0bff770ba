import type { Secret } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkFrozen, checkSecret, rejects } from "./checks.js";

export const reading: Concern = {
  title: "reading",
  cases: [
    {
      name: "getSecret gives the current value in a deep-frozen secret",
      run: async (lab) => {
        const key = lab.key("read");
        const value = await lab.arrange(key);
        const secret = await lab.read(key);
        checkSecret(secret, key, value);
        checkFrozen(secret, "secret");
      },
    },
    {
      name: "an absent key is NOT_FOUND, and the error names it",
      run: async (lab) => {
        const key = lab.key("absent");
        const absent = { code: "NOT_FOUND", reason: "absent" } as const;
        const error = await rejects(lab.read(key), absent, "getSecret of an absent key");
        check(error.key === key, "error.key is the key that was asked for", "another key or none");
        check(!error.retryable, "a missing secret is not retryable", "retryable is true");
      },
    },
    {
      name: "a key next to one that exists is absent",
      run: async (lab) => {
        const key = await lab.arranged("near/this");
        for (const other of [lab.key("near"), lab.key("near/this/deeper"), lab.key("near/thi")]) {
          await rejects(lab.read(other), "NOT_FOUND", "getSecret of a key that only looks alike");
        }
        await lab.read(key);
      },
    },
    {
      name: "fresh and rejected are options of every store, with a cache or without",
      run: async (lab) => {
        const key = lab.key("refused");
        const value = await lab.arrange(key);
        const rejected = await lab.store.getSecret(key, { fresh: true });
        checkSecret(rejected, key, value);
        checkSecret(await lab.store.getSecret(key, { rejected }), key, value);
        const { secrets } = await lab.store.getSecrets([key], { fresh: true });
        checkSecret(secrets.get(key) as Secret, key, value);
        const absent = lab.store.getSecret(lab.key("gone"), { rejected, fresh: true });
        await rejects(absent, "NOT_FOUND", "getSecret of an absent key with fresh and rejected");
      },
    },
    {
      name: "a secret that changed is read anew by rejected",
      run: async (lab) => {
        const key = lab.key("changed");
        await lab.arrange(key);
        const rejected = await lab.read(key);
        const value = await lab.arrange(key);
        checkSecret(await lab.store.getSecret(key, { rejected }), key, value);
        checkSecret(await lab.store.getSecret(key, { fresh: true }), key, value);
      },
    },
    {
      name: "a secret that was read stays what it was when the store moves on",
      run: async (lab) => {
        const key = lab.key("kept");
        const first = await lab.arrange(key);
        const secret = await lab.read(key);
        await lab.arrange(key);
        checkSecret(secret, key, first);
        const bytes = secret.value.exposeBytes();
        bytes.fill(0);
        checkSecret(secret, key, first);
      },
    },
    {
      name: "every secret read has a version",
      needs: ["versions"],
      run: async (lab) => {
        const { version } = await lab.read(await lab.arranged("versioned"));
        check(version !== undefined, "with versions, secret.version is set", "no version");
      },
    },
  ],
};
