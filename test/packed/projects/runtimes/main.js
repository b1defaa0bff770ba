import { nodeWork } from "./node-work.js";
import { webWork } from "./work.js";

const { env } = process;
console.log(JSON.stringify({ ...(await webWork(env)), ...(await nodeWork(env)) }));
process.exit(); // Deno keeps the idle sockets of its agents
