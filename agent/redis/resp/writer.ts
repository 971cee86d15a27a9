/** A string is sent as UTF-8. Keys and values, which may be any bytes, are buffers. */
export type Argument = Buffer | string | number;
export type Command = readonly Argument[];

const PAGE_BYTES = 64 * 1024;
/** Longer arguments are handed to the socket as they are instead of being copied. */
const COPY_BELOW_BYTES = 16 * 1024;
/** `*`, `$`, a length of up to 10 digits, CRLF. */
const LINE_BYTES = 13;
const CRLF = Buffer.from('\r\n');

/** Names and options of commands as they are sent: to encode them was a sixth of what a copy or a comparison cost. */
const WORDS = new Map<string, Buffer>();
const MAX_WORDS = 1_000;
const WORD = /^[A-Z]{1,20}$/;

/** Encodes commands as RESP2 arrays of bulk strings; the pages are meant for one vectored write. */
export class CommandWriter {
  private pages: Buffer[] = [];
  private page = Buffer.allocUnsafe(PAGE_BYTES);
  private from = 0;
  private at = 0;

  add(command: Command): void {
    this.room(LINE_BYTES);
    this.line(42, command.length);
    for (const argument of command) {
      if (typeof argument === 'string') this.text(argument);
      else if (typeof argument === 'number') this.text(String(argument));
      else this.bytes(argument);
    }
  }

  /** What was added since the last call. */
  take(): Buffer[] {
    this.seal();
    const pages = this.pages;
    this.pages = [];
    return pages;
  }

  private text(text: string): void {
    const word = WORDS.get(text);
    if (word !== undefined) {
      this.room(word.length);
      this.page.set(word, this.at);
      this.at += word.length;
      return;
    }
    if (text.length * 3 > COPY_BELOW_BYTES) {
      this.bytes(Buffer.from(text));
      return;
    }
    this.room(text.length * 3 + 2 * LINE_BYTES);
    let ascii = true;
    for (let i = 0; i < text.length && ascii; i += 1) ascii = text.charCodeAt(i) < 128;
    if (!ascii) {
      this.bytes(Buffer.from(text));
      return;
    }
    const from = this.at;
    this.line(36, text.length);
    for (let i = 0; i < text.length; i += 1) this.page[this.at + i] = text.charCodeAt(i);
    this.at += text.length;
    this.crlf();
    if (WORDS.size < MAX_WORDS && WORD.test(text)) WORDS.set(text, Buffer.from(this.page.subarray(from, this.at)));
  }

  private bytes(bytes: Buffer): void {
    if (bytes.length > COPY_BELOW_BYTES) {
      this.room(LINE_BYTES);
      this.line(36, bytes.length);
      this.seal();
      this.pages.push(bytes, CRLF);
      return;
    }
    this.room(bytes.length + 2 * LINE_BYTES);
    this.line(36, bytes.length);
    bytes.copy(this.page, this.at);
    this.at += bytes.length;
    this.crlf();
  }

  private line(type: number, value: number): void {
    this.page[this.at] = type;
    this.at += 1;
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.trunc(rest / 10)) digits += 1;
    let rest = value;
    for (let i = digits - 1; i >= 0; i -= 1) {
      this.page[this.at + i] = 48 + (rest % 10);
      rest = Math.trunc(rest / 10);
    }
    this.at += digits;
    this.crlf();
  }

  private crlf(): void {
    this.page[this.at] = 13;
    this.page[this.at + 1] = 10;
    this.at += 2;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.page.length) return;
    this.seal();
    this.page = Buffer.allocUnsafe(Math.max(PAGE_BYTES, bytes));
    this.from = 0;
    this.at = 0;
  }

  private seal(): void {
    if (this.at > this.from) this.pages.push(this.page.subarray(this.from, this.at));
    this.from = this.at;
  }
}
