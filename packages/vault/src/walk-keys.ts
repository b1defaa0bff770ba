/** Names directly below a folder (`""` or one that ends in `/`); folders among them end in `/`. */
export type ListFolder = (folder: string) => Promise<readonly string[]>;

/**
 * Every key that starts with the prefix, sorted, folder after folder as the caller asks for them. The
 * next folders are asked for ahead, so many at once.
 */
export async function* walkKeys(
  prefix: string,
  listFolder: ListFolder,
  concurrency: number,
): AsyncGenerator<string, void, undefined> {
  const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  yield* walk(start, prefix, listFolder(start), listFolder, concurrency);
}

async function* walk(
  folder: string,
  prefix: string,
  listed: Promise<readonly string[]>,
  listFolder: ListFolder,
  concurrency: number,
): AsyncGenerator<string, void, undefined> {
  // As texts, "a.b" comes before "a/": that is also where the keys below "a/" belong.
  const names = [...(await listed)].sort();
  const paths = names.map((name) => folder + name).filter((path) => mayHold(path, prefix));
  const ahead = new Map<string, Promise<readonly string[]>>();
  const folders = paths.filter((path) => path.endsWith("/"));
  const lookAhead = () => {
    for (const path of folders.splice(0, concurrency - ahead.size)) {
      const names = listFolder(path);
      names.catch(() => {}); // thrown when its turn comes
      ahead.set(path, names);
    }
  };
  for (const path of paths) {
    if (!path.endsWith("/")) {
      yield path;
      continue;
    }
    lookAhead();
    const names = ahead.get(path) ?? listFolder(path);
    yield* walk(path, prefix, names, listFolder, concurrency);
    ahead.delete(path);
  }
}

function mayHold(path: string, prefix: string): boolean {
  return path.startsWith(prefix) || (path.endsWith("/") && prefix.startsWith(path));
}
