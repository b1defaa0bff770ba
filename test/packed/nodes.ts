/**
 * The Nodes to run on, version to path: those that `tools/checks/matrix.mjs` fetched, else the one
 * that runs the tests.
 */
export const nodes: ReadonlyMap<string, string> = new Map(
  Object.entries(
    JSON.parse(
      process.env.TEST_NODES ?? JSON.stringify({ [process.versions.node]: process.execPath }),
    ) as Record<string, string>,
  ),
);
