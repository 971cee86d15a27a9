import { setMaxListeners } from 'node:events';

/**
 * A signal that is aborted as soon as one of the sources is. As AbortSignal.any, whose signals Node.js 20 forgets where
 * they depend on others of their kind: a listener then never heard.
 */
export function anySignal(...sources: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const abort = (event: { readonly target: EventTarget | null }) => {
    for (const source of sources) source.removeEventListener('abort', abort);
    controller.abort((event.target as AbortSignal).reason);
  };
  for (const source of sources) {
    if (source.aborted) abort({ target: source });
    else {
      // Forty lanes on one signal are no leak.
      setMaxListeners(0, source);
      source.addEventListener('abort', abort, { once: true });
    }
  }
  return controller.signal;
}
