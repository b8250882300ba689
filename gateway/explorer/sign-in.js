import { runOperation } from './run-operation.js'

const signInDocument = `mutation SignIn($email: EmailAddress!, $password: String!) {
  signIn(input: { email: $email, password: $password }) {
    __typename
    ... on Session { accessToken expiresAt }
    ... on Refusal { message }
  }
}`

/**
 * A form above the editor: who signs in there is who asks from then on. Nothing is kept beyond the page.
 * @param {HTMLElement} place
 * @param {{ accounts: { email: string, password: string }[], endpoint: string, onToken: (token: string | null) => void }} options
 */
export function showSignIn(place, { accounts, endpoint, onToken }) {
  const form = element('form', { autocomplete: 'on' })
  const email = element('input', {
    type: 'email',
    name: 'email',
    placeholder: 'e-mail',
    required: true,
    autocomplete: 'username',
  })
  const password = element('input', {
    type: 'password',
    name: 'password',
    placeholder: 'password',
    required: true,
    autocomplete: 'current-password',
  })
  const status = element('output', { role: 'status', textContent: 'You are anonymous.' })
  const leave = element('button', { type: 'button', textContent: 'Sign out', hidden: true })

  const become = (text, token) => {
    onToken(token)
    leave.hidden = token === null
    status.textContent = text
  }
  const enter = async () => {
    status.textContent = `Signing in as ${email.value} …`
    const { token, problem } = await signIn(endpoint, email.value, password.value)
    become(token ? `You are ${email.value}.` : `You are anonymous: ${problem}`, token)
    password.value = ''
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void enter()
  })
  leave.addEventListener('click', () => become('You are anonymous.', null))
  form.append(email, password, element('button', { type: 'submit', textContent: 'Sign in' }))
  for (const account of accounts) {
    const button = element('button', {
      type: 'button',
      textContent: account.email.split('@')[0],
      title: `Sign in as ${account.email}`,
    })
    button.addEventListener('click', () => {
      email.value = account.email
      password.value = account.password
      void enter()
    })
    form.append(button)
  }
  place.append(form, status, leave)
}

async function signIn(endpoint, email, password) {
  const operation = { query: signInDocument, variables: { email, password }, operationName: 'SignIn' }
  try {
    const { data, errors } = await runOperation(endpoint, null, { operation })
    const answer = data?.signIn
    if (answer?.accessToken) return { token: answer.accessToken, problem: null }
    return { token: null, problem: answer?.message ?? errors?.[0]?.message ?? 'signing in was refused' }
  } catch {
    return { token: null, problem: 'the gateway does not answer' }
  }
}

/** @param {string} name @param {object} properties */
function element(name, properties) {
  return Object.assign(document.createElement(name), properties)
}
