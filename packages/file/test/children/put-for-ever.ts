import { writeSync } from "node:fs";
import { FileSecretStore } from "../../src/index.js";

/** Puts one value after the other, and says so once each is acknowledged, until it is killed. */
const store = FileSecretStore.fromEnv();
const round = process.argv[2];
writeSync(1, "ready\n");

for (let count = 1; ; count++) {
  const padding = "x".repeat((count * 7_919) % 3_000);
  await store.putSecret(`key/${count % 3}`, `${round}.${count}.${padding}`);
  writeSync(1, `${count}\n`);
}
