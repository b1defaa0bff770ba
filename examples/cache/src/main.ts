import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { showCaching } from "./caching.js";
import { HttpSecretStore } from "./http-secret-store.js";
import { showOutage } from "./outage.js";
import { showRotation } from "./rotation.js";
import { startServer } from "./server-process.js";
import { dim } from "./terminal.js";

const key = "openai/api_key";
const folder = await mkdtemp(join(tmpdir(), "secret-server-"));
const path = join(folder, "secrets.json");
const server = await startServer(path);
try {
  const url = `http://127.0.0.1:${server.port}`;
  const store = new HttpSecretStore(url);
  await store.putSecret(key, "sk-sample-openai");
  await store.close();

  await showCaching(url, key);
  await showRotation(url, key);
  await showOutage(server, path, key);
  console.log(
    `\n${dim("Next: the source is in examples/cache/src, the options in packages/cache.")}`,
  );
} finally {
  await rm(folder, { recursive: true });
}
