import type { ExplorerTab } from './read-tabs.ts'

/** What the page is made with. */
export interface ExplorerSettings {
  /** Where the graph answers. */
  endpoint: string
  /** Who can sign in with one click; null where nobody signs in on the page. */
  accounts: readonly DemoAccount[] | null
  /** What a first visit shows. */
  tabs: readonly ExplorerTab[]
}

/** Somebody who can sign in with one click, on a developer's machine. */
export interface DemoAccount {
  email: string
  password: string
}

/** Everything on the page comes from the gateway itself: it works without the internet. */
export const explorerPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
].join('; ')

/** The page that holds GraphiQL, with a sign-in above it where there is one. */
export function explorerPage(settings: ExplorerSettings): string {
  const { accounts } = settings
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${accounts ? 'Tikitu · ' : ''}GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/explorer.css">
  </head>
  <body>
    ${accounts ? '<header id="sign-in"><strong>Tikitu</strong></header>' : ''}
    <main id="graphiql"><p>GraphiQL is being built. This happens once and takes up to half a minute.</p></main>
    <script type="application/json" id="settings">${json}</script>
    <script type="module" src="/graphiql/explorer.js"></script>
  </body>
</html>
`
}
