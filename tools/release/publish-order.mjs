/** The workspaces so that each comes after those of ours that it depends on. */
export function publishOrder(workspaces) {
  const byName = new Map(workspaces.map((workspace) => [workspace.manifest.name, workspace]));
  const ordered = new Set();
  function add(workspace) {
    for (const name of Object.keys(workspace.manifest.dependencies ?? {})) {
      const needed = byName.get(name);
      if (needed && !ordered.has(needed)) add(needed);
    }
    ordered.add(workspace);
  }
  for (const workspace of workspaces) add(workspace);
  return [...ordered];
}
