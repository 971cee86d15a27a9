import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Debian's Chromium, where it is installed: `apt install chromium`. */
export function findChromium(): string | undefined {
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's answers, of which a test reads a field or two.
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** A browser without a window, led by the protocol of its own developer tools. */
export class Chromium {
  readonly events: Message[] = [];
  private readonly answers = new Map<number, (message: Message) => void>();
  private asked = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.id === undefined) this.events.push(message);
      else this.answers.get(message.id)?.(message);
    });
  }

  static async start(program: string): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', '--no-first-run'];
    const child = spawn(program, [...options, `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    let address: string | undefined;
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      address = /DevTools listening on ws:\/\/([^/]+)\//.exec(said)?.[1];
    });
    while (address === undefined) {
      if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
      await pause(20);
    }
    const pages = (await (await fetch(`http://${address}/json`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(pages.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const chromium = new Chromium(child, profile, socket);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await chromium.send(`${domain}.enable`);
    return chromium;
  }

  async send(method: string, params: object = {}): Promise<Message['result']> {
    const id = ++this.asked;
    const answer = new Promise<Message>((resolve) => this.answers.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Resolves once the page is loaded. */
  async open(url: string, width: number, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
    await this.media('screen', scheme);
    this.events.length = 0;
    await this.send('Page.navigate', { url });
    while (!this.events.some(({ method }) => method === 'Page.loadEventFired')) await pause(20);
  }

  async media(media: 'screen' | 'print', scheme: 'light' | 'dark'): Promise<void> {
    await this.send('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
  }

  /** What an expression of the page is worth. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** A key that types its own text where it is one character. */
  async press(key: string): Promise<void> {
    const codes: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, ArrowLeft: 37, ArrowRight: 39 };
    const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
    const which = { key, code: key, windowsVirtualKeyCode: codes[key] ?? key.charCodeAt(0) };
    await this.send('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', ...which, text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...which });
  }

  async mouse(type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', x: number, y: number): Promise<void> {
    await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });
  }

  /** Errors of scripts, and what a policy refused. */
  get problems(): Message[] {
    return this.events.filter(({ method }) => method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded');
  }

  get requests(): string[] {
    return this.events.flatMap(({ method, params }) =>
      method === 'Network.requestWillBeSent' ? [params.request.url as string] : [],
    );
  }

  async close(): Promise<void> {
    const closed = once(this.process, 'close');
    this.socket.close();
    this.process.kill();
    await closed;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
