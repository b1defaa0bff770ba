import { Writable } from "node:stream";

/** A stream that keeps what is written to it. */
export class MemoryStream extends Writable {
  text = "";

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
