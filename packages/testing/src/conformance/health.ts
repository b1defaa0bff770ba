import type { Concern } from "./case.js";
import { check, checkFrozen } from "./checks.js";
import { nameOf } from "./failure.js";

export const health: Concern = {
  title: "health",
  cases: [
    {
      name: "healthCheck of a store that works says so",
      run: async (lab) => {
        const report = await lab.store.healthCheck();
        check(report.ok === true, "ok is true when the next read would work", nameOf(report.ok));
        check(typeof report.state === "string", "state is a text", nameOf(report.state));
        const { latencyMs, error } = report;
        const valid = typeof latencyMs === "number" && latencyMs >= 0;
        check(valid, "latencyMs is a number of milliseconds", nameOf(latencyMs));
        check(error === undefined, "a healthy store reports no error", "an error");
        checkFrozen(report, "report");
      },
    },
    {
      name: "healthCheck needs no secret to exist and makes none",
      run: async (lab) => {
        const key = lab.key("untouched");
        check((await lab.store.healthCheck()).ok, "an empty store is healthy", "it is not");
        const { errors } = await lab.store.getSecrets([key]);
        check(errors.get(key)?.code === "NOT_FOUND", "nothing was made", "something was");
      },
    },
  ],
};
