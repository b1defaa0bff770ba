/** Names directly below a folder (`""` or one that ends in `/`); folders among them end in `/`. */
export type ListFolder = (folder: string) => Promise<readonly string[]>;

/**
 * Every key that starts with the prefix, sorted, folder after folder as the caller asks for them. The
 * next folders are asked for ahead; in all, so many at once.
 */
export async function* walkKeys(
  prefix: string,
  listFolder: ListFolder,
  concurrency: number,
): AsyncGenerator<string, void, undefined> {
  const start = folderOf(prefix);
  const walk: Walk = { prefix, concurrency, listFolder: limited(listFolder, concurrency) };
  yield* walkFolder(start, walk.listFolder(start), walk);
}

/** Where the search for a prefix begins: "team/" for "team/ap". */
export function folderOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf("/") + 1);
}

interface Walk {
  readonly prefix: string;
  readonly concurrency: number;
  readonly listFolder: ListFolder;
}

async function* walkFolder(
  folder: string,
  listed: Promise<readonly string[]>,
  walk: Walk,
): AsyncGenerator<string, void, undefined> {
  // As texts, "a.b" comes before "a/": that is also where the keys below "a/" belong.
  const names = [...(await listed)].sort();
  const paths = names.map((name) => folder + name).filter((path) => mayHold(path, walk.prefix));
  const folders = paths.filter((path) => path.endsWith("/"));
  const ahead = new Map<string, Promise<readonly string[]>>();
  for (const path of paths) {
    if (!path.endsWith("/")) {
      yield path;
      continue;
    }
    for (const next of folders.splice(0, walk.concurrency - ahead.size)) {
      const listing = walk.listFolder(next);
      listing.catch(() => {}); // thrown when its turn comes
      ahead.set(next, listing);
    }
    yield* walkFolder(path, ahead.get(path) ?? walk.listFolder(path), walk);
    ahead.delete(path);
  }
}

function mayHold(path: string, prefix: string): boolean {
  return path.startsWith(prefix) || (path.endsWith("/") && prefix.startsWith(path));
}

/** The others wait for their turn, in the order in which they were asked for. */
function limited(listFolder: ListFolder, concurrency: number): ListFolder {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (folder) => {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await listFolder(folder);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
