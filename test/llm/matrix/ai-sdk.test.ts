import { beforeAll, describe, expect, test, vi } from "vitest";
import { nodes } from "../../packed/nodes.js";
import { callsSeen, refusalSeen, type SdkReport, trialsOf } from "./reports.js";
import { runChild } from "./run-child.js";
import { aiSdkVersions } from "./versions.js";

// npm, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const runs = aiSdkVersions.flatMap((sdk) =>
  [...nodes].map(([node, path]) => ({ ...sdk, sdk, node, path })),
);

describe.each(runs)("ai $version on Node $node", ({ sdk, version, path }) => {
  let report: SdkReport;
  beforeAll(async () => {
    report = await runChild("ai-sdk", sdk, path);
  });
  const headerOf = (name: string) =>
    name.startsWith("createAnthropic") ? "x-api-key" : "authorization";

  test("L19: it is that version which runs", () => {
    expect(report.sdk).toBe(version);
    expect(trialsOf(report)).toHaveLength(5);
  });

  test("L19: a revoked key is replaced after one refusal, in a plain call and a stream", () => {
    for (const [name, { plain, stream }] of Object.entries(report.trials)) {
      expect([name, plain]).toEqual([name, callsSeen(headerOf(name))]);
      expect([name, stream]).toEqual([name, callsSeen(headerOf(name))]);
    }
  });

  test("L19: where both keys are bad: two requests, and the SDK's own error", () => {
    for (const [name, { refused }] of Object.entries(report.trials)) {
      expect(refused).toEqual({ seen: refusalSeen(headerOf(name)), isSdkError: true });
    }
  });

  test("L19: no function's source, no placeholder and no other key goes out or is printed", () => {
    expect(trialsOf(report).flatMap(({ strays }) => strays)).toEqual([]);
  });

  test("L19: a store that is down is asked once, and nothing is sent", () => {
    const down = { reads: 1, requests: 0, code: "BACKEND_UNAVAILABLE" };
    expect(trialsOf(report).map(({ storeDown }) => storeDown)).toEqual(Array(5).fill(down));
  });
});
