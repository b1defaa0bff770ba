import { type Capability, type Case, type Concern, capabilityNames } from "./case.js";
import { checkValue, rejects } from "./checks.js";
import { unsupported } from "./operations.js";

const withMethods = ["write", "delete", "restore", "list", "describe", "versions", "rotate"];

/** The options of a put have cases of their own beside what they change. */
const refusable = capabilityNames.filter((name) => withMethods.includes(name));

export const refusing: Concern = {
  title: "refusing",
  cases: refusable.map(
    (capability): Case => ({
      name: `without ${capability} its calls are NOT_SUPPORTED, and the secret stays as it is`,
      lacks: [capability],
      run: async (lab) => {
        const key = lab.key("refused");
        const value = await lab.arrange(key);
        for (const operation of unsupported(lab)) {
          if (operation.needs !== (capability satisfies Capability)) continue;
          const call = operation.call(lab, key);
          await rejects(call, "NOT_SUPPORTED", `${operation.title} without ${capability}`);
          const absent = operation.call(lab, lab.key("absent"));
          await rejects(absent, "NOT_SUPPORTED", `${operation.title} without ${capability}`);
        }
        checkValue(await lab.read(key), value);
      },
    }),
  ),
};
