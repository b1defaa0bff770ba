import { toArray } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, rejects } from "./checks.js";
import { nameOf } from "./failure.js";
import { supported, unsupported } from "./operations.js";

export const closing: Concern = {
  title: "closing",
  cases: [
    {
      name: "after close every method rejects with CLOSED",
      run: async (lab) => {
        const key = await lab.arranged("closed");
        await lab.read(key);
        await lab.store.close();
        for (const { title, method, call } of [...supported(lab), ...unsupported(lab)]) {
          if (method !== "healthCheck" && method !== "getSecrets") {
            await rejects(call(lab, key), "CLOSED", `${title} of a closed store`);
          }
        }
        const many = lab.store.getSecrets([key]);
        await rejects(many, "CLOSED", "getSecrets of a closed store");
        await rejects(lab.store.getSecrets([]), "CLOSED", "getSecrets of a closed store");
      },
    },
    {
      name: "after close a health check resolves and says that the store is closed",
      run: async (lab) => {
        await lab.store.close();
        const { ok, state, error } = await lab.store.healthCheck();
        check(!ok, "a closed store is not healthy", "ok");
        check(state === "closed", "the state is closed", state);
        check(error?.code === "CLOSED", "the error is CLOSED", nameOf(error?.code));
      },
    },
    {
      name: "close may be called twice, and at the same time",
      run: async (lab) => {
        await Promise.all([lab.store.close(), lab.store.close()]);
        await lab.store.close();
      },
    },
    {
      name: "a store that was never used can be closed",
      run: ({ store }) => store.close(),
    },
    {
      name: "Symbol.asyncDispose closes the store",
      run: async (lab) => {
        await lab.store[Symbol.asyncDispose]();
        await rejects(lab.read(lab.key("disposed")), "CLOSED", "getSecret of a disposed store");
      },
    },
    {
      name: "a secret that was read outlives the store",
      run: async (lab) => {
        const key = lab.key("outlives");
        const value = await lab.arrange(key);
        const secret = await lab.read(key);
        await lab.store.close();
        check(secret.value.expose() === value, "the value can still be exposed", "another one");
      },
    },
    {
      name: "a list that is begun after close rejects at the first next",
      needs: ["list"],
      run: async (lab) => {
        const before = lab.store.listSecrets(lab.key(""));
        await lab.store.close();
        const after = lab.store.listSecrets(lab.key(""));
        await rejects(toArray(before), "CLOSED", "a list that was made before close");
        await rejects(toArray(after), "CLOSED", "a list that was made after close");
      },
    },
  ],
};
