import { join } from "node:path";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { aboutCount, aboutMegabytes, expectRow, rowsOf } from "./footprint-page.js";
import { nodes } from "./nodes.js";
import { type PackedPackage, packPackages } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";
import { type Absent, absentBackends, absentOthers, absentProviders } from "./selective-absent.js";
import { contentsOf } from "./selective-contents.js";
import { bundleWithoutBanner, type Form, forms } from "./selective-forms.js";
import {
  furtherInstalls,
  type Install,
  installs,
  packageName,
  specifierOf,
  withDependencies,
} from "./selective-installs.js";
import { probe, unpackOurs } from "./selective-probe.js";

// npm, a bundler and two servers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: installTimeoutMs });

const folder = temporaryFolder();
const all = [...installs, ...furtherInstalls];
const tried = process.env.TEST_NODES === undefined ? installs : all;

let packages: readonly PackedPackage[];
const projects = new Map<string, string>();
const projectOf = (title: string) => projects.get(title) as string;

beforeAll(async () => {
  packages = await packPackages(folder);
  for (const install of tried) projects.set(install.title, await createAlone(install));
});

function createAlone({ title, asked, others = {} }: Install): Promise<string> {
  const names = withDependencies(asked).map(packageName);
  const tarballs = packages.filter(({ name }) => names.includes(name));
  const options = { type: "module", packages: tarballs, others } as const;
  return createProject(join(folder, title.replace(/\W+/g, " ").trim()), "selective", options);
}

describe.each(tried)("a blank project with $title", (install) => {
  const { title, asked, call } = install;

  it("has what docs/footprint.md says", () => {
    const contents = contentsOf(projectOf(title));
    const { ours, others, licences, oursBytes, othersBytes } = contents;
    expect(contents.scripts).toEqual([]);
    const names = [...new Set([...asked, ...ours])].join(", ");
    expectRow("What is installed", [
      ...([title, names, aboutMegabytes(oursBytes), aboutCount(others.length)] as const),
      ...[aboutMegabytes(othersBytes), licences.join(", ") || "none"],
    ]);
  });

  it.each([...nodes])("loads on Node %s what docs/footprint.md says", async (_, node) => {
    const { imported, called } = await probe(projectOf(title), specifierOf(install), call, node);
    expectRow("What is loaded", [
      ...([title, imported?.ours ?? "none", aboutCount(imported?.others ?? -1)] as const),
      ...[called.ours, aboutCount(called.others)],
    ]);
  });
});

describe("docs/footprint.md", () => {
  it.each(["What is installed", "What is loaded"])("has a row for each of these: %s", (heading) => {
    expect(rowsOf(heading).map(([title]) => title)).toEqual(all.map(({ title }) => title));
  });

  it("is refused where a figure is another: a third more, something for nothing, another name", () => {
    const row =
      (ours: number, others: number, names = "env, core") =>
      () =>
        expectRow("What is installed", [
          ...(["`env`", names, aboutMegabytes(ours), aboutCount(others)] as const),
          ...[0, "none"],
        ]);
    const [, , documented] = rowsOf("What is installed").find(([title]) => title === "`env`") ?? [];
    const bytes = Number(documented) * 1_000_000;
    expect(row(bytes, 0)).not.toThrow();
    expect(row(bytes * 1.1, 0)).not.toThrow();
    expect(row(bytes * 1.34, 0)).toThrow(/What is installed: `env`/);
    expect(row(bytes, 1)).toThrow();
    expect(row(bytes, 0, "core")).toThrow();
  });

  it("says of env alone that it installs nothing but ours", () => {
    const [, ...cells] = rowsOf("What is installed").find(([title]) => title === "`env`") ?? [];
    expect(cells).toEqual(["env, core", expect.any(String), "0", "0", "none"]);
  });

  it("says of each import that it loads nothing of others, but of the AI SDK's entries", () => {
    const loading = rowsOf("What is loaded").filter(([, , others]) => others !== "0");
    const expected = all.filter(({ entry }) => entry !== undefined);
    expect(loading.map(([title]) => title)).toEqual(expected.map(({ title }) => title));
  });
});

describe("a package that is not there", () => {
  let bare: string;
  beforeAll(async () => {
    bare = await createProject(join(folder, "bare"), "selective", { type: "module", packages: [] });
    await unpackOurs(bare, packages);
  });

  const holdTo = async (project: string, { title, specifier, call }: Absent) => {
    const { failure } = await probe(project, specifier, call);
    const message = failure?.message.replace(/ imported from .*/, " imported from …") ?? "none";
    const code = [failure?.code, failure?.reason].filter(Boolean).map((each) => `\`${each}\``);
    expectRow("What a missing package says", [title, code.join(", "), message]);
  };

  it.each(absentBackends)("is named with what to do: $title", (absent) =>
    holdTo(projectOf("`builder`"), absent),
  );
  it.each(absentOthers)("is named with what to do: $title", (absent) => holdTo(bare, absent));
  it("is named where it is a part of the SDK that few need", () =>
    holdTo(projectOf("`aws`"), absentProviders));

  it("has a row for each of these", () => {
    const titles = [...absentBackends, ...absentOthers, absentProviders].map(({ title }) => title);
    expect(rowsOf("What a missing package says").map(([title]) => title)).toEqual(titles);
  });
});

describe("each backend alone", () => {
  const backends = ["env", "file", "vault", "aws"];
  const majors = ["20", "22", "24", "26"];
  let openBao: OpenBaoServer;
  let moto: AwsEmulator;
  beforeAll(async () => {
    [openBao, moto] = await Promise.all([startOpenBao(), startMoto()]);
  });
  afterAll(() => Promise.all([openBao?.stop(), moto?.stop()]));

  let runs = 0;
  const write = (form: Form, backend: string) =>
    form(projectOf(`\`${backend}\``), backend, join(folder, `${backend} ${runs++}`));
  const run = async (node: string, file: string) => {
    const path = join(folder, `secrets ${runs++}.age`);
    const { address, rootToken: token } = openBao;
    const options = JSON.stringify({ path, address, token, endpoint: moto.endpoint });
    const { stdout, stderr } = await execute(node, [file, options], { cwd: folder });
    return `${stdout}${stderr}`;
  };

  describe.each(Object.entries(forms))("%s", (_, form) => {
    it.each(backends)("%s works", async (backend) => {
      const file = await write(form, backend);
      for (const node of nodes.values()) {
        expect(await run(node, file)).toBe("a value NOT_FOUND\n");
      }
    });
  });

  it.each(["vault", "aws"])("the control: %s as an ES module needs `require`", async (backend) => {
    const file = await write(bundleWithoutBanner, backend);
    await expect(run(process.execPath, file)).rejects.toThrow(/CONFIGURATION/);
  });

  it("is in docs/footprint.md, for each Node of the matrix", () => {
    const cells = Object.keys(forms).map(() => backends.join(", "));
    expect(rowsOf("On which Node")).toEqual(majors.map((major) => [major, ...cells]));
    if (tried === all) {
      expect([...nodes.keys()].map((version) => version.split(".")[0])).toEqual(majors);
    }
  });
});
