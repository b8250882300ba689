import './workers.js'
import './explorer.css'
import 'graphiql/style.css'
import { GraphiQL } from 'graphiql'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { runOperation } from './run-operation.js'
import { createSession } from './session.js'
import { showSignIn } from './sign-in.js'

const greeting = `# Ctrl-Space completes, Ctrl-Enter runs. Sign in above to see what is yours.

query Hello {
  __typename
}
`

const { endpoint, accounts = [], tabs = [] } = JSON.parse(document.getElementById('settings')?.textContent ?? '{}')
const session = createSession({ endpoint, onChange: (state) => show(state) })
const show = showSignIn(document.getElementById('sign-in'), {
  accounts,
  signIn: session.signIn,
  signOut: session.signOut,
})
show({ email: session.email(), problem: null })

// An operation in the address is the only one to show.
const linked = new URLSearchParams(location.search).get('query')
const explorer = createElement(GraphiQL, {
  fetcher: async (operation, options) => runOperation(endpoint, await session.token(), { operation, options }),
  defaultQuery: greeting,
  ...(linked === null ? tabs.length > 0 && { defaultTabs: tabs } : { initialQuery: linked }),
  shouldPersistHeaders: false,
})
createRoot(document.getElementById('graphiql')).render(explorer)
