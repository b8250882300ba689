import type { DemoAccount } from '../graphiql/page.ts'

/** The content security policy of the page: only its own files. Swagger UI sets styles on elements. */
export const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The documentation page. It signs in with one click to the accounts. */
export function docsPage(accounts: readonly DemoAccount[]): string {
  // "<" cannot end the element early.
  const data = JSON.stringify(accounts).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tikitu REST</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="sign-in" style="padding: 12px 20px"></div>
<div id="docs"></div>
<script type="application/json" id="accounts">${data}</script>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/rest-docs.js" type="module"></script>
</html>
`
}
