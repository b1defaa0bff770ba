import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { packPackages, program } from "../packed/pack.js";
import { temporaryFolder } from "../packed/project.js";
import { Consumer, type Installed } from "./consumer.js";
import { publish, unpack } from "./publish.js";
import { Registry } from "./registry.js";
import { type Bump, ReleaseCopy } from "./release-copy.js";

// npm, some fifty times, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = temporaryFolder();
const packageName = (folderName: string) => `@llm-orchestrator/secrets-${folderName}`;
const [core, backend] = [packageName("core"), packageName("env")];

let registry: Registry;
let env: NodeJS.ProcessEnv;
let copy: ReleaseCopy;
/** Folders with what is in the tarballs, by the package's name: of all packages, and of those that are used. */
let all: ReadonlyMap<string, string>;
let theirs: ReadonlyMap<string, string>;

/** What the two have after each step: the rows of the table in docs/releasing.md. */
const rows: string[] = [];

/** The application names what it uses: core comes with it. The author of a backend names core itself. */
const dependencies = { application: ["builder", "env"], author: ["core", "env"] };
let consumers: Consumers;

interface Consumers {
  readonly application: Consumer;
  readonly author: Consumer;
}

beforeAll(async () => {
  for (const one of ["copy", "registry", "packed"]) await mkdir(join(folder, one));
  registry = await Registry.start(join(folder, "registry"));
  env = await registry.environment(folder);
  copy = await ReleaseCopy.create(join(folder, "copy"));
  await copy.startOver();
  const packages = await packPackages(join(folder, "packed"), ["./packages/*"]);
  all = await unpack(packages, join(folder, "unpacked"));
  const names = ["core", "env", "cache", "builder"].map(packageName);
  theirs = new Map([...all].filter(([name]) => names.includes(name)));
  consumers = await createConsumers("first");
});
afterAll(() => registry.close());

async function createConsumers(title: string): Promise<Consumers> {
  const create = (one: keyof Consumers) =>
    Consumer.create(join(folder, title, one), env, dependencies[one], "^1.0.0");
  const [application, author] = await Promise.all([create("application"), create("author")]);
  return { application, author };
}

/** Releases these changes, and publishes what the consumers use. */
async function release(changes: Readonly<Record<string, Bump>>): Promise<readonly string[]> {
  await copy.change(changes, "What a user sees.");
  await copy.version();
  return publish(copy, theirs, env);
}

/** Has both do something, and writes down what they have then. */
async function step(
  title: string,
  act: (consumer: Consumer, names: readonly string[]) => Promise<Installed>,
  { application, author } = consumers,
) {
  const installed = await Promise.all([
    act(application, dependencies.application),
    act(author, dependencies.author),
  ]);
  rows.push(`| ${[title, ...installed.map(inWords)].join(" | ")} |`);
  return { application: installed[0], author: installed[1] };
}

const inWords = (installed: Installed) =>
  Object.entries(installed)
    .map(([name, versions]) => `${name} ${[...versions].sort().join(" and ")}`)
    .sort()
    .join(", ");

const at = (core: string, envVersion: string, others = "1.0.0") => ({
  application: { builder: [others], cache: [others], core: [core], env: [envVersion] },
  author: { core: [core], env: [envVersion] },
});

describe("the first release", () => {
  it("publishes every package as 1.0.0", async () => {
    await copy.version();
    const published = await publish(copy, all, env);
    expect([...published].sort()).toEqual([...all.keys()].map((name) => `${name}@1.0.0`).sort());
    expect(published).toContain(`${program}@1.0.0`);
  });

  it("run once more, publishes nothing", async () => {
    expect(await publish(copy, theirs, env)).toEqual([]);
  });

  it("is installed by range", async () => {
    const installed = await step("1.0.0 of all: `npm install`", (one) => one.npm("install"));
    expect(installed).toEqual(at("1.0.0", "1.0.0"));
  });
});

describe("a patch of core and a minor of a backend", () => {
  it("publish these two and nothing else", async () => {
    const published = await release({ [core]: "patch", [backend]: "minor" });
    expect([...published].sort()).toEqual([`${core}@1.0.1`, `${backend}@1.1.0`]);
  });

  it("reach nobody whose lockfile says otherwise", async () => {
    const installed = await step("core 1.0.1 and env 1.1.0: `npm ci`", (one) => one.npm("ci"));
    expect(installed).toEqual(at("1.0.0", "1.0.0"));
  });

  it("are what npm update takes: one copy of core, the builder where it was", async () => {
    const installed = await step("`npm update`", (one) => one.npm("update"));
    expect(installed).toEqual(at("1.0.1", "1.1.0"));
  });

  it("are what a blank project gets", async () => {
    const blank = await createConsumers("second");
    const installed = await step("a blank project", (one) => one.npm("install"), blank);
    expect(installed).toEqual(at("1.0.1", "1.1.0"));
  });
});

describe("a major of core and of all that stand on it", () => {
  it("is published", async () => {
    const names = [core, ...(await copy.dependentsOf(core))];
    const published = await release(Object.fromEntries(names.map((name) => [name, "major"])));
    expect([...published].sort()).toEqual([...theirs.keys()].map((name) => `${name}@2.0.0`).sort());
  });

  it("is not taken by npm update", async () => {
    const installed = await step("2.0.0 of all: `npm update`", (one) => one.npm("update"));
    expect(installed).toEqual(at("1.0.1", "1.1.0"));
  });

  it("nor by a blank project with the old range", async () => {
    const blank = await createConsumers("third");
    const installed = await step("a blank project", (one) => one.npm("install"), blank);
    expect(installed).toEqual(at("1.0.1", "1.1.0"));
  });

  it("is there for those who ask for it, as one copy", async () => {
    const title = "`npm install` of each at `^2.0.0`";
    const installed = await step(title, (one, names) => one.upgrade(names, "^2.0.0"));
    expect(installed).toEqual(at("2.0.0", "2.0.0", "2.0.0"));
  });
});

describe("the control: a major of core alone, which tools/checks/check-changesets.mjs refuses", () => {
  it("reaches, as a second copy, those who asked for no major", async () => {
    expect(await release({ [core]: "major" })).toContain(`${backend}@2.0.1`);
    const installed = await step("core 3.0.0 alone: `npm update`", (one) => one.npm("update"));
    expect(installed.author.core).toHaveLength(2);
  });
});

it("docs/releasing.md has these figures", async () => {
  const page = await readFile(new URL("../../docs/releasing.md", import.meta.url), "utf8");
  const unpadded = page.replace(/ +\|/g, " |");
  expect(unpadded).toContain(`${rows.join("\n")}\n`);
});
