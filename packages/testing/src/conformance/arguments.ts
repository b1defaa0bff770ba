import { toArray } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkValue, rejects } from "./checks.js";
import type { Lab } from "./lab.js";
import { supported } from "./operations.js";

const wrongSignals = [{}, "abort", null, 7];

export const argumentsOfCalls: Concern = {
  title: "arguments",
  cases: [
    {
      name: "an option that a method does not have is CONFIGURATION, and nothing is done",
      run: async (lab) => {
        const key = lab.key("unknown");
        const value = await lab.arrange(key);
        for (const { title, call } of supported(lab)) {
          const refused = call(lab, key, { sgnal: undefined, timeout: 5 });
          await rejects(refused, "CONFIGURATION", `${title} with an unknown option`);
        }
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "an option of another method is CONFIGURATION",
      run: async (lab) => {
        const key = await lab.arranged("other");
        const { store } = lab;
        const misplaced = { expectedVersion: "1" } as never;
        await rejects(
          store.getSecret(key, misplaced),
          "CONFIGURATION",
          "expectedVersion on a read",
        );
        const field = { field: "user" } as never;
        await rejects(store.getSecrets([key], field), "CONFIGURATION", "field on getSecrets");
        await rejects(store.healthCheck(field), "CONFIGURATION", "field on healthCheck");
        if (!store.capabilities.list) return;
        const list = toArray(store.listSecrets(key, field));
        await rejects(list, "CONFIGURATION", "field on listSecrets");
      },
    },
    {
      name: "options that are no object are CONFIGURATION",
      run: async (lab) => {
        const key = await lab.arranged("typed");
        for (const options of [null, 7, "field", true]) {
          const read = lab.store.getSecret(key, options as never);
          await rejects(read, "CONFIGURATION", "options that are no object");
          const many = lab.store.getSecrets([key], options as never);
          await rejects(many, "CONFIGURATION", "options that are no object");
        }
      },
    },
    {
      name: "an option that is undefined counts as left out",
      run: async (lab) => {
        const key = lab.key("undefined");
        const value = await lab.arrange(key);
        const options = { field: undefined, fresh: undefined, rejected: undefined };
        checkValue(await lab.store.getSecret(key, { ...options, signal: undefined }), value);
      },
    },
    {
      name: "a signal that is none is CONFIGURATION",
      run: async (lab) => {
        const key = lab.key("signal");
        const value = await lab.arrange(key);
        for (const signal of wrongSignals) {
          for (const { title, call } of supported(lab)) {
            const what = `${title} with a signal that is none`;
            await rejects(call(lab, key, { signal }), "CONFIGURATION", what);
          }
        }
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "options of the wrong type are CONFIGURATION on a read",
      run: async (lab) => {
        const key = await lab.arranged("read");
        const wrong = [
          ...[{ field: 7 }, { field: "" }, { field: null }, { fresh: "yes" }, { fresh: 1 }],
          ...[{ rejected: "key" }, { rejected: {} }, { rejected: null }],
        ];
        for (const options of wrong) {
          const read = lab.store.getSecret(key, options as never);
          await rejects(read, "CONFIGURATION", `a read with ${Object.keys(options).join()}`);
        }
      },
    },
    {
      name: "options of the wrong type are CONFIGURATION on a put, and nothing is written",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("put");
        const wrong = [
          ...[{ tags: "a" }, { tags: ["a"] }, { tags: { a: 1 } }, { tags: null }],
          ...[{ tags: new Map() }, { description: 7 }, { field: 7 }, { expectedVersion: 1 }],
          ...[{ expectedVersion: "" }, { rotationPeriodDays: 0 }, { rotationPeriodDays: 1.5 }],
          ...[{ rotationPeriodDays: Number.NaN }, { rotationPeriodDays: "30" }],
        ];
        for (const options of wrong) {
          const put = lab.store.putSecret(key, lab.value(), options as never);
          await rejects(put, "CONFIGURATION", `a put with a wrong ${Object.keys(options).join()}`);
        }
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
    {
      name: "a mode of deletion that there is not is CONFIGURATION, and the secret stays",
      needs: ["delete"],
      run: (lab) => refusesModes(lab),
    },
    {
      name: "a mode of recoverable deletion that there is not is CONFIGURATION, and the secret stays",
      needs: ["restore"],
      lacks: ["delete"],
      run: (lab) => refusesModes(lab),
    },
    {
      name: "generate and verify that are no functions are CONFIGURATION",
      needs: ["rotate"],
      run: async (lab) => {
        const key = lab.key("rotate");
        const value = await lab.arrange(key);
        const generate = () => lab.value();
        for (const options of [{ generate: "value" }, { generate, verify: true }]) {
          const call = lab.store.rotateSecret(key, options as never);
          await rejects(call, "CONFIGURATION", "a rotation with what is no function");
        }
        checkValue(await lab.read(key), value);
      },
    },
  ],
};

async function refusesModes(lab: Lab): Promise<void> {
  const key = lab.key("mode");
  const value = await lab.arrange(key);
  for (const mode of ["forever", "", 7, null, true]) {
    const call = lab.store.deleteSecret(key, { mode } as never);
    const error = await rejects(call, "CONFIGURATION", "a mode that there is not");
    check(error.message.includes("mode"), "the message names the option", error.message);
  }
  checkValue(await lab.read(key), value);
}
