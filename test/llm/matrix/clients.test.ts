import { beforeAll, describe, expect, test, vi } from "vitest";
import { nodes } from "../../packed/nodes.js";
import type { FunctionAsKey } from "./children/function-as-key.js";
import type { HangingStore } from "./children/hanging-store.js";
import { callsSeen, refusalSeen, type SdkReport, trialsOf } from "./reports.js";
import { runChild } from "./run-child.js";
import { anthropicVersions, type ClientVersion, openAiVersions } from "./versions.js";

// npm, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

interface Run extends ClientVersion {
  readonly child: "openai" | "anthropic";
  readonly node: string;
  readonly path: string;
  readonly header: string;
}

interface ClientReport extends SdkReport {
  readonly functionAsKey: FunctionAsKey;
  readonly hanging: readonly HangingStore[];
}

const headerOf = (child: Run["child"], version: string) =>
  child === "anthropic" && version.startsWith("0.") ? "x-api-key" : "authorization";

const runs = (child: Run["child"], versions: readonly ClientVersion[]): Run[] =>
  versions.flatMap((sdk) =>
    [...nodes].map(([node, path]) => ({
      ...{ ...sdk, child, node, path, header: headerOf(child, sdk.version) },
    })),
  );

const all = [...runs("openai", openAiVersions), ...runs("anthropic", anthropicVersions)];

describe.each(all)("$child $version on Node $node", (run) => {
  const { child, version, path, header, functionAsKey } = run;
  let report: ClientReport;
  beforeAll(async () => {
    report = await runChild(child, run, path);
  });

  test("L19: it is that version which runs", () => {
    expect(report.sdk).toBe(version);
    expect(trialsOf(report)).toHaveLength(2);
  });

  test("L19: a revoked key is replaced after one refusal, in a plain call and a stream", () => {
    for (const { plain, stream } of trialsOf(report)) {
      expect(plain).toEqual(callsSeen(header));
      expect(stream).toEqual(callsSeen(header));
    }
  });

  test("L19: where both keys are bad: two requests, and the SDK's own error", () => {
    for (const { refused } of trialsOf(report)) {
      expect(refused).toEqual({ seen: refusalSeen(header), isSdkError: true });
    }
  });

  test("L19: no function's source, no placeholder and no other key goes out or is printed", () => {
    expect(trialsOf(report).flatMap(({ strays }) => strays)).toEqual([]);
  });

  test("L19: a store that is down is asked once by a client of ours, and nothing is sent", () => {
    const [fromOptions, fromFunction] = trialsOf(report).map(({ storeDown }) => storeDown);
    const down = { requests: 0, code: "BACKEND_UNAVAILABLE" };
    expect(fromOptions).toEqual({ ...down, reads: 2 }); // within `fetch`, which the SDK repeats
    expect(fromFunction).toEqual({ ...down, reads: 1 });
  });

  test("L19: the SDK's own abort and timeout end the wait for a store that hangs", () => {
    const ended = { aborted: "APIUserAbortError", timedOut: "APIConnectionTimeoutError" };
    expect(report.hanging).toEqual(Array(2).fill({ ...ended, requests: 0 }));
  });

  test(`L19: by itself the SDK would have a function as its key ${functionAsKey}`, () => {
    expect(report.functionAsKey).toBe(functionAsKey);
  });
});
