import { writeSync } from "node:fs";
import fileSystem, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { FileSecretStore } from "../../src/index.js";

/** Puts one value, and is killed before its n-th call of the file system, if it comes so far. */
let left = Number(process.argv[2]);

function step(): void {
  if (--left === 0) process.kill(process.pid, "SIGKILL");
}

function counted<This, Rest extends unknown[], Result>(
  call: (this: This, ...rest: Rest) => Result,
): (this: This, ...rest: Rest) => Result {
  return function (...rest) {
    step();
    return call.apply(this, rest);
  };
}

const { open } = fileSystem;
fileSystem.open = counted(async (...call: Parameters<typeof open>): Promise<FileHandle> => {
  const handle = await open(...call);
  for (const name of ["writeFile", "readFile", "stat", "utimes", "sync", "close"] as const) {
    Object.assign(handle, { [name]: counted(handle[name].bind(handle) as () => unknown) });
  }
  return handle;
});
for (const name of ["link", "unlink", "rename", "readFile", "writeFile"] as const) {
  Object.assign(fileSystem, { [name]: counted(fileSystem[name] as () => unknown) });
}
syncBuiltinESMExports();

const store = FileSecretStore.fromEnv();
await store.putSecret("key", process.argv[3] as string);
writeSync(1, "acknowledged\n");
await store.close();
writeSync(1, "ended\n");
