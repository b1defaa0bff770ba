/** Starts two servers, freezes one, says where they are, and waits to be killed. */
import { startOpenBao } from "./openbao.ts";

const [running, frozen] = await Promise.all([startOpenBao(), startOpenBao()]);
await frozen.freeze();
process.stdout.write(JSON.stringify([running.address, frozen.address]));
setInterval(() => {}, 1_000);
