/** The first circle of a graph (`Map<node, Iterable<node>>`) as a path that ends where it began, or `undefined`. */
export function findCircle(graph) {
  const done = new Set();
  const path = [];

  function visit(node) {
    const start = path.indexOf(node);
    if (start >= 0) return [...path.slice(start), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    path.pop();
    done.add(node);
    return undefined;
  }

  for (const node of graph.keys()) {
    const circle = visit(node);
    if (circle) return circle;
  }
  return undefined;
}
