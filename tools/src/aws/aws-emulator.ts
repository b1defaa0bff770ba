/** Keys that sign requests. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server of the Secrets Manager API on this machine. It ends when this process ends. */
export interface AwsEmulator {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly region: string;
  /** Of whom everything is allowed. */
  readonly credentials: AwsCredentials;
  readonly pid: number;
  /** Forgets every secret, and users too. */
  reset(): Promise<void>;
  /** Sends a signal, by default `SIGKILL`, and resolves when the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** `SIGSTOP`: connections are taken and never answered. Resolves when it stands still. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Kills it, frozen or not, and removes what it wrote. May be called twice. */
  stop(): Promise<void>;
}
