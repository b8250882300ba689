import './workers.js'
import './explorer.css'
import 'graphiql/style.css'
import { GraphiQL } from 'graphiql'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { runOperation } from './run-operation.js'
import { showSignIn } from './sign-in.js'

const greeting = `# Tikitu's graph. Ctrl-Space completes, Ctrl-Enter runs.
# Sign in above to see what is yours; without, you see what is public.

query Hello {
  __typename
}
`

const settings = JSON.parse(document.getElementById('settings')?.textContent ?? '{}')
const session = { /** @type {string | null} */ accessToken: null }

showSignIn(document.getElementById('sign-in'), {
  accounts: settings.accounts ?? [],
  endpoint: settings.endpoint,
  onToken: (token) => {
    session.accessToken = token
  },
})

const explorer = createElement(GraphiQL, {
  fetcher: (operation, options) => runOperation(settings.endpoint, session.accessToken, { operation, options }),
  defaultQuery: greeting,
  initialQuery: new URLSearchParams(location.search).get('query') ?? undefined,
  shouldPersistHeaders: false,
})
createRoot(document.getElementById('graphiql')).render(explorer)
