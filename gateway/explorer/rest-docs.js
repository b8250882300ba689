/* The documentation of REST: Swagger UI, with sign-in for the demo accounts. */

const ui = window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  docExpansion: 'none',
  defaultModelsExpandDepth: -1,
  filter: true,
  validatorUrl: null,
})

const accounts = JSON.parse(document.getElementById('accounts').textContent)
const bar = document.getElementById('sign-in')
const status = document.createElement('span')

for (const { email, password } of accounts) {
  const button = document.createElement('button')
  button.textContent = `Sign in as ${email}`
  button.style.marginRight = '8px'
  button.addEventListener('click', () => void signIn(email, password))
  bar.append(button)
}
bar.append(status)

async function signIn(email, password) {
  const response = await fetch('/api/v1/user/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  const answer = await response.json()
  if (response.ok) ui.preauthorizeApiKey('bearer', answer.accessToken)
  status.textContent = response.ok ? `Signed in as ${email}.` : answer.detail
}
