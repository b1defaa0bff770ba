import { nodeWork } from "./node-work.js";

export default { fetch: async (_, env) => Response.json(await nodeWork(env)) };
