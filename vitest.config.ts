import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests read our packages' sources, so that they need no build.
const conditions = ["@llm-orchestrator/source", "node", "development|production"];

// tools/check.mjs counts tests from it.
const report = process.env.TEST_REPORT;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "site/src/**/*.test.mjs",
      "test/**/*.test.ts",
      "tools/**/*.test.{ts,mjs}",
    ],
    allowOnly: false,
    // Vitest leaves one core to itself, which is half of a small machine. One worker more than there
    // are cores: many tests wait for a server or a child.
    maxWorkers: availableParallelism() + 1,
    // Far above what any test needs: a busy machine is no failure.
    testTimeout: 30_000,
    retry: 0,
    dangerouslyIgnoreUnhandledErrors: false,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
