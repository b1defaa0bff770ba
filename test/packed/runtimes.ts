interface Runtimes {
  /** Title to command and arguments that a file's name follows. */
  readonly programs: ReadonlyMap<string, readonly [string, ...string[]]>;
  /** Title to the path of a workerd. */
  readonly workers: ReadonlyMap<string, string>;
}

type Found = Readonly<Partial<Record<"bun" | "deno" | "workerd", string>>>;

/** Other runtimes, where `tools/checks/matrix.mjs` has fetched them; and always the Node that runs this. */
function find({ bun, deno, workerd }: Found): Runtimes {
  const programs = new Map<string, readonly [string, ...string[]]>();
  programs.set(`Node ${process.versions.node}`, [process.execPath]);
  if (bun) programs.set("Bun", [bun, "run"]);
  if (deno) programs.set("Deno", [deno, "run", "--allow-all", "--node-modules-dir=manual"]);
  return { programs, workers: new Map(workerd ? [["workerd", workerd]] : []) };
}

export const runtimes = find(JSON.parse(process.env.TEST_RUNTIMES ?? "{}") as Found);
