import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { unpublished } from "./registry-versions.mjs";

async function startRegistry(answers) {
  const server = createServer((request, response) => {
    response.writeHead(answers[decodeURIComponent(request.url)] ?? 404).end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}/`;
}

const manifests = [
  { name: "@scope/core", version: "1.0.0" },
  { name: "@scope/env", version: "1.1.0" },
];

it("names the versions that the registry does not have", async () => {
  const registry = await startRegistry({ "/@scope/core/1.0.0": 200, "/@scope/env/1.0.0": 200 });
  expect(await unpublished(manifests, registry)).toEqual(["@scope/env@1.1.0"]);
});

it("takes no other answer for an absence", async () => {
  const registry = await startRegistry({ "/@scope/core/1.0.0": 503 });
  await expect(unpublished(manifests, registry)).rejects.toThrow("503");
});
