import { Markup, markup } from '../html/markup';
import { scriptHash } from '../html/page-script';
import { STYLE } from '../html/style';

/** The page beside the terminal. It asks the address that it came from, and nobody else. */
export function livePage(migration: string, script: string): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; script-src '${scriptHash(script)}'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Live: rehearsal of ${migration}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="over">Rehearsal of <strong>${migration}</strong>, as it happens</p>
<h1 id="phase" aria-live="polite">It begins</h1>
<p class="lead" id="now">No client runs yet.</p>
<figure id="live" hidden><figcaption>What has happened so far <small></small></figcaption><div class="plot"></div></figure>
<section><h2>What each group of clients sees</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Groups of clients"><table><thead><tr><th scope="col">Group</th><th scope="col">Processes</th><th scope="col">Reads from</th><th scope="col">Writes to</th><th scope="col" class="number">Operations a second</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Half within</th><th scope="col" class="number">99 of 100 within</th></tr></thead><tbody id="groups"></tbody></table></div>
</section>
</main><script>${new Markup(script)}</script>
</body>
</html>
`.text;
}
