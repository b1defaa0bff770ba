import { expect, test } from "vitest";
import { parseArguments } from "./arguments.js";

const parse = (...args: readonly string[]) => parseArguments(args, {});

test("a name, a folder and flags are taken in any order", () => {
  const args = parse("--scope", "@acme", "doppler", "--dry-run", "there", "--description=a b");
  expect(args).toMatchObject({ name: "doppler", folder: "there", scope: "@acme" });
  expect(args).toMatchObject({ description: "a b", dryRun: true, overwrite: false, help: false });
  expect(parse()).toMatchObject({ name: undefined, folder: undefined, dryRun: false });
});

test.each([
  [["a", "b", "c"], /3 arguments, and two are taken/],
  [["--forse"], /^unknown option '--forse'$/],
  [["-x"], /unknown option '-x'/],
  [["--scope"], /'--scope <value>' argument missing/],
  [["--description", "--scope"], /'--description' argument is ambiguous$/],
  [["--dry-run=yes"], /'--dry-run' does not take an argument/],
])("%j is refused", (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test.each(["dry-run", "overwrite", "description", "package-name"])(
  "--%s that npm kept for itself is not taken for absent",
  (flag) => {
    const kept = { [`npm_config_${flag.replace("-", "_")}`]: "true" };
    for (const npm_command of ["init", "exec"]) {
      const parseKept = () => parseArguments(["doppler"], { ...kept, npm_command });
      expect(parseKept).toThrow(`npm kept --${flag} for itself`);
    }
    // In a script of npm's the variable is about that script.
    parseArguments(["doppler"], { ...kept, npm_command: "run-script" });
  },
);

test("npm's own scope is known, apart from the flag", () => {
  const environment = { npm_command: "init", npm_config_scope: "@acme" };
  const args = parseArguments(["doppler"], environment);
  expect(args).toMatchObject({ scope: undefined, npmScope: "@acme" });
  expect(parseArguments([], { npm_config_scope: "@acme" }).npmScope).toBeUndefined();
});
