import './workers.js'
import './explorer.css'
import 'graphiql/style.css'
import { GraphiQL } from 'graphiql'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { runOperation } from './run-operation.js'
import { createSession } from './session.js'
import { showSignIn } from './sign-in.js'

const { endpoint, accounts, tabs = [] } = JSON.parse(document.getElementById('settings')?.textContent ?? '{}')

const greeting = `# Ctrl-Space completes, Ctrl-Enter runs.${accounts ? ' Sign in above to see what is yours.' : ''}

query Hello {
  __typename
}
`

const place = document.getElementById('sign-in')
const session = place && openSession(place)

// An operation in the address is the only one to show.
const linked = new URLSearchParams(location.search).get('query')
const explorer = createElement(GraphiQL, {
  fetcher: async (operation, options) =>
    runOperation(endpoint, session ? await session.token() : null, { operation, options }),
  defaultQuery: greeting,
  ...(linked === null ? tabs.length > 0 && { defaultTabs: tabs } : { initialQuery: linked }),
  shouldPersistHeaders: false,
})
createRoot(document.getElementById('graphiql')).render(explorer)

/** A session, with the form for it. @param {HTMLElement} place */
function openSession(place) {
  const opened = createSession({ endpoint, onChange: (state) => show(state) })
  const show = showSignIn(place, { accounts: accounts ?? [], signIn: opened.signIn, signOut: opened.signOut })
  show({ email: opened.email(), problem: null })
  return opened
}
