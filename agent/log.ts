/** What one line may carry: figures, names of things AWS knows, and errors. Never a key's name or a value. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

type Level = 'info' | 'warn' | 'error';

const severity: Readonly<Record<Level, number>> = { info: 0, warn: 1, error: 2 };

export interface JsonLogProps {
  /** Takes one line without its newline. @default - standard output */
  readonly write?: (line: string) => void;
  /** @default info */
  readonly level?: Level;
}

/** One JSON object a line: `time` (ISO 8601), `level`, `event`, then the event's fields. */
export class JsonLog implements Log {
  private readonly write: (line: string) => void;
  private readonly threshold: number;
  private readonly secrets = new Set<string>();

  constructor(props: JsonLogProps = {}) {
    this.write = props.write ?? ((line) => process.stdout.write(`${line}\n`));
    this.threshold = severity[props.level ?? 'info'];
  }

  /**
   * Masks this text in every later line. No line is meant to carry a credential; this holds when a library puts
   * one into an error message all the same.
   */
  conceal(secret: string): void {
    if (secret.length > 0) this.secrets.add(secret);
  }

  info(event: string, fields?: LogFields): void {
    this.line('info', event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    this.line('warn', event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.line('error', event, fields);
  }

  /** Writes a record as it is, masked: CloudWatch's embedded metrics have a form of their own. */
  record(record: LogFields): void {
    this.write(JSON.stringify(record, (_key, value) => this.masked(value)));
  }

  /** The text with what a server quoted back and every concealed secret taken out. */
  mask(text: string): string {
    let masked = withoutArguments(text);
    for (const secret of this.secrets) masked = masked.replaceAll(secret, '***');
    return masked;
  }

  private line(level: Level, event: string, fields: LogFields = {}): void {
    if (severity[level] < this.threshold) return;
    this.record({ time: new Date().toISOString(), level, event, ...fields });
  }

  private masked(value: unknown): unknown {
    if (value instanceof Error) return this.describe(value);
    return typeof value === 'string' ? this.mask(value) : value;
  }

  private describe(error: Error): LogFields {
    return {
      name: error.name,
      message: error.message,
      ...(error.cause === undefined ? {} : { cause: error.cause }),
      stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    };
  }
}

/**
 * A server's answer to a command it does not know quotes the command's arguments, and those are keys and values:
 * `ERR unknown command 'X', with args beginning with: 'session:17' …` (Redis 4.0 and later).
 */
export function withoutArguments(message: string): string {
  return message.replace(/,? with args beginning with:.*/s, '');
}
