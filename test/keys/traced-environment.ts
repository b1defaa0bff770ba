/** An environment in which one variable is set, and that writes down whatever is done to it. */
export class TracedEnvironment {
  readonly trace: string[] = [];
  readonly variables: Record<string, string>;
  /** The one that is set. */
  variable = "";

  constructor() {
    this.variables = new Proxy({} as Record<string, string>, {
      get: (_, name) => {
        this.trace.push(`get ${String(name)}`);
        return name === this.variable ? "value" : undefined;
      },
      getOwnPropertyDescriptor: (_, name) => {
        this.trace.push(`describe ${String(name)}`);
        if (name !== this.variable) return undefined;
        return { value: "value", writable: true, enumerable: true, configurable: true };
      },
      defineProperty: (_, name) => this.trace.push(`define ${String(name)}`) > 0,
      deleteProperty: (_, name) => this.trace.push(`delete ${String(name)}`) > 0,
      has: (_, name) => this.trace.push(`has ${String(name)}`) < 0,
      ownKeys: () => {
        this.trace.push("ownKeys");
        return [];
      },
    });
  }
}
