import type { HealthReport } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkFrozen } from "./checks.js";
import { nameOf } from "./failure.js";

const properties: ReadonlySet<string> = new Set(["ok", "state", "error", "latencyMs"]);

export const health: Concern = {
  title: "health",
  cases: [
    {
      name: "healthCheck of a store that works says so",
      run: async (lab) => {
        const report = await lab.store.healthCheck();
        check(report.ok === true, "ok is true when the next read would work", nameOf(report.ok));
        check(report.error === undefined, "a healthy store reports no error", "an error");
        checkReport(report);
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

/** Whether a report is what the contract describes, of a store that works or does not. */
export function checkReport(report: HealthReport): void {
  const rule = "a health report holds what the contract lists";
  check(typeof report === "object" && report !== null, rule, nameOf(report));
  const extra = Object.keys(report).filter((name) => !properties.has(name));
  check(extra.length === 0, rule, extra.join(", "));
  check(typeof report.state === "string", "state is a text", nameOf(report.state));
  const { latencyMs } = report;
  const valid = typeof latencyMs === "number" && latencyMs >= 0;
  check(valid, "latencyMs is a number of milliseconds", nameOf(latencyMs));
}
