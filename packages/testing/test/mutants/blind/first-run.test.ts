import { writeFileSync } from "node:fs";
import { test } from "vitest";
import type { MemorySecretStore } from "../../../src/index.js";
import { failuresOf } from "../kill.js";
import { blindMutants } from "./index.js";
import { AroundMemory } from "./mutant.js";

const out: Record<string, { failed: string[]; ms: number; detail: string[] }> = {};
test("run", async () => {
  const control = { name: "CONTROL around", create: () => new AroundMemory() };
  for (const mutant of [control, ...blindMutants]) {
    const started = Date.now();
    const failures = await failuresOf({
      name: mutant.name,
      concern: "",
      create: () => {
        const store = mutant.create();
        return { store, inner: store as MemorySecretStore };
      },
    });
    out[mutant.name] = {
      failed: [...failures.keys()],
      ms: Date.now() - started,
      detail: [...failures.values()].slice(0, 3),
    };
    writeFileSync(process.env.FIRST_RUN ?? "", JSON.stringify(out, null, 1));
  }
}, 3_600_000);
