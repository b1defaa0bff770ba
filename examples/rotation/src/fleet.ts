import { type ChildProcess, fork } from "node:child_process";
import type { WorkerQuestion, WorkerReport, WorkerSetup } from "./worker.js";

export interface FleetOptions extends Omit<WorkerSetup, "name"> {
  readonly processes: number;
  /** The file that they run. */
  readonly worker: string;
}

/** Processes that call a model all the time, each with a cache of its own. */
export class Fleet {
  readonly #workers: readonly Worker[];

  constructor({ processes, worker, ...setup }: FleetOptions) {
    this.#workers = Array.from(
      { length: processes },
      (_, index) => new Worker(worker, { ...setup, name: `${index + 1}` }),
    );
  }

  /** What each of them has to say now. */
  async report(): Promise<readonly WorkerReport[]> {
    return Promise.all(this.#workers.map((worker) => worker.ask("report")));
  }

  /** Lets calls under way end, and then the processes. */
  async stop(): Promise<readonly WorkerReport[]> {
    return Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  /** For when something went wrong; after `stop` it does nothing. */
  kill(): void {
    for (const worker of this.#workers) worker.kill();
  }
}

interface Waiting {
  readonly resolve: (report: WorkerReport) => void;
  readonly reject: (error: Error) => void;
}

/** It answers questions in their order. */
class Worker {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting: Waiting[] = [];

  constructor(file: string, setup: WorkerSetup) {
    this.#child = fork(file, [JSON.stringify(setup)], { execArgv: [] });
    this.#child.on("message", (report) => this.#waiting.shift()?.resolve(report as WorkerReport));
    const end = () => {
      const error = new Error(`process ${setup.name} ended by itself`);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#child.once("error", end);
    this.#exited = new Promise((resolve) => this.#child.once("exit", resolve)).then(end);
  }

  ask(question: WorkerQuestion): Promise<WorkerReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.send(question, (error) => error && reject(error));
    });
  }

  async stop(): Promise<WorkerReport> {
    const report = await this.ask("stop");
    await this.#exited;
    return report;
  }

  kill(): void {
    this.#child.kill();
  }
}
