import type { AddressInfo } from "node:net";
import { createSecretServer } from "./secret-server.js";

// The service as a process of its own, which can be killed. Its port goes to whoever started it.
const [path = "", port = "0"] = process.argv.slice(2);
const server = createSecretServer(path);
server.listen(Number(port), "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.once("disconnect", () => process.exit()); // nobody is left to stop it
