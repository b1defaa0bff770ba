import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../packed/project.js";
import { type Bump, ReleaseCopy } from "./release-copy.js";

// Changesets and git, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = temporaryFolder();

const name = (short: string) => `@llm-orchestrator/secrets-${short}`;

/** A fresh copy in which what waits for a release has been released. */
async function releasedCopy(title: string): Promise<ReleaseCopy> {
  await mkdir(join(folder, title));
  const copy = await ReleaseCopy.create(join(folder, title));
  await copy.version();
  return copy;
}

/** Which packages a release of these changes raises, and how far. */
async function release(
  copy: ReleaseCopy,
  ...changes: readonly Readonly<Record<string, Bump>>[]
): Promise<Readonly<Record<string, Bump | undefined>>> {
  const before = await copy.versions();
  for (const bumps of changes) await copy.change(bumps, "What a user sees.");
  await copy.version();
  const after = Object.entries(await copy.versions());
  return Object.fromEntries(
    after
      .filter(([one, version]) => version !== before[one])
      .map(([one, version]) => [one, bumpBetween(before[one] ?? "", version)]),
  );
}

function bumpBetween(before: string, after: string): Bump | undefined {
  const [major = 0, minor = 0, patch = 0] = before.split(".").map(Number);
  const bumps = {
    [`${major + 1}.0.0`]: "major",
    [`${major}.${minor + 1}.0`]: "minor",
    [`${major}.${minor}.${patch + 1}`]: "patch",
  } as const;
  return bumps[after];
}

describe("what waits for a release", () => {
  let before: Readonly<Record<string, string>>;
  let copy: ReleaseCopy;
  beforeAll(async () => {
    await mkdir(join(folder, "waiting"));
    copy = await ReleaseCopy.create(join(folder, "waiting"));
    before = await copy.versions();
    await copy.version();
  });

  it("takes each package that was never published to 1.0.0, with a changelog", async () => {
    const after = await copy.versions();
    for (const [one, version] of Object.entries(before)) {
      if (version.startsWith("0.")) expect([one, after[one]]).toEqual([one, "1.0.0"]);
      if (version !== after[one]) expect(await copy.changelog(one)).toContain(`## ${after[one]}`);
    }
    expect(Object.values(after).filter((version) => version.startsWith("0."))).toEqual([]);
  });

  it("leaves private packages as they are", async () => {
    const manifests = [...(await copy.manifests()).values()].filter((one) => one.private);
    expect(manifests.length).toBeGreaterThan(5);
    for (const manifest of manifests) {
      expect(manifest.version ?? "0.0.0").toBe("0.0.0");
      expect(await copy.changelog(manifest.name)).toBe("");
    }
  });
});

describe("after that", () => {
  it("a patch of core is a patch of core alone", async () => {
    const copy = await releasedCopy("patch");
    expect(await release(copy, { [name("core")]: "patch" })).toEqual({ [name("core")]: "patch" });
    expect(await copy.changelog(name("core"))).toMatch(
      /### Patch Changes\n\n- .*What a user sees\./,
    );
  });

  it("a minor of a backend leaves the builder, which names it as a peer, where it was", async () => {
    const copy = await releasedCopy("minor");
    const bumps = await release(copy, { [name("vault")]: "minor" }, { [name("core")]: "patch" });
    expect(bumps).toEqual({ [name("vault")]: "minor", [name("core")]: "patch" });
    const { peerDependencies } = (await copy.manifests()).get(name("builder")) ?? {};
    expect(peerDependencies?.[name("vault")]).toBe("*");
  });

  it("so does a major of a backend", async () => {
    const copy = await releasedCopy("backend");
    const bumps = await release(copy, { [name("vault")]: "major" });
    expect(bumps).toEqual({ [name("vault")]: "major" });
  });

  it("the control: without the setting for peers, that would be a major of the builder", async () => {
    const copy = await releasedCopy("control");
    await copy.configure({ ___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH: {} });
    const bumps = await release(copy, { [name("vault")]: "minor" });
    expect(bumps).toEqual({ [name("vault")]: "minor", [name("builder")]: "major" });
  });

  it("a major of core is one of all that stand on it, if the changeset says so", async () => {
    const copy = await releasedCopy("major");
    const names = await copy.dependentsOf(name("core"));
    const bumps = Object.fromEntries(
      [name("core"), ...names].map((one) => [one, "major" as const]),
    );
    expect(names.length).toBeGreaterThan(8);
    expect(await release(copy, bumps)).toEqual(bumps);
  });

  it("if it does not, they get a patch: tools/checks/check-changesets.mjs refuses such a one", async () => {
    const copy = await releasedCopy("half");
    const bumps = await release(copy, { [name("core")]: "major" });
    const names = await copy.dependentsOf(name("core"));
    const patches = Object.fromEntries(names.map((one) => [one, "patch"]));
    expect(bumps).toEqual({ ...patches, [name("core")]: "major" });
    expect(await problemsWith({ [name("core")]: "major" })).toHaveLength(names.length);
  });
});

/** What the check says of the repository with this changeset, and nothing else, waiting. */
async function problemsWith(bumps: Readonly<Record<string, Bump>>): Promise<readonly string[]> {
  const copy = await releasedCopy("checked");
  await copy.change(bumps, "What a user sees.");
  const check = new URL("../../tools/checks/check-changesets.mjs", import.meta.url).href;
  const { checkChangesets } = (await import(check)) as {
    checkChangesets(root: string): readonly string[];
  };
  return checkChangesets(copy.folder);
}
