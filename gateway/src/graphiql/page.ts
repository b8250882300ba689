import type { ExplorerTab } from './read-tabs.ts'

/** The data of the page. */
export interface ExplorerSettings {
  /** The address of the GraphQL endpoint. */
  endpoint: string
  /** The accounts for one-click sign-in; null when the page has no sign-in. */
  accounts: readonly DemoAccount[] | null
  /** The tabs of a first visit. */
  tabs: readonly ExplorerTab[]
}

/** An account for one-click sign-in on a developer's machine. */
export interface DemoAccount {
  email: string
  password: string
}

/** The page loads nothing from other origins, so it works offline. */
export const explorerPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
].join('; ')

/** Renders the page with GraphiQL, and a sign-in above it if there are accounts. */
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
