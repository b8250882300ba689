/**
 * A form above the editor: who signs in there is who asks from then on. Returns a function that shows who is signed in.
 * @param {HTMLElement} place
 * @param {{ accounts: { email: string, password: string }[], signIn: (email: string, password: string) => Promise<void>, signOut: () => void }} options
 * @returns {(state: { email: string | null, problem: string | null }) => void}
 */
export function showSignIn(place, { accounts, signIn, signOut }) {
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
  const status = element('output', { role: 'status' })
  const leave = element('button', { type: 'button', textContent: 'Sign out' })
  const enter = async (address, secret) => {
    status.textContent = `Signing in as ${address} …`
    await signIn(address, secret)
    password.value = ''
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void enter(email.value, password.value)
  })
  leave.addEventListener('click', signOut)
  form.append(email, password, element('button', { type: 'submit', textContent: 'Sign in' }))
  for (const account of accounts) {
    const name = account.email.split('@')[0]
    const button = element('button', { type: 'button', textContent: name, title: `Sign in as ${account.email}` })
    button.addEventListener('click', () => {
      email.value = account.email
      void enter(account.email, account.password)
    })
    form.append(button)
  }
  place.append(form, status, leave)
  return (state) => {
    leave.hidden = state.email === null
    status.textContent = statusOf(state)
  }
}

function statusOf({ email, problem }) {
  if (email) return `You are ${email}.`
  return problem ? `You are anonymous: ${problem}` : 'You are anonymous.'
}

/** @param {string} name @param {object} properties */
function element(name, properties) {
  return Object.assign(document.createElement(name), properties)
}
