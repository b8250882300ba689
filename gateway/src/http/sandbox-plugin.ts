import type { ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'

const signIn = `# Sign in: run this, then add the header Authorization with "Bearer" and the accessToken of the answer.
mutation SignIn($email: EmailAddress!, $password: String!) {
  signIn(input: { email: $email, password: $password }) {
    ... on Session { accessToken expiresAt }
    ... on Refusal { code message }
  }
}
`

/** The landing page with Apollo Sandbox, and a link to GraphiQL when Sandbox cannot load. `hasSignIn`: shows a sign-in first. */
export function sandboxPlugin(hasSignIn: boolean): ApolloServerPlugin {
  const apollo = ApolloServerPluginLandingPageLocalDefault({ footer: false, ...(hasSignIn && { document: signIn }) })
  return {
    async serverWillStart(service) {
      const listener = await apollo.serverWillStart?.(service)
      const page = await listener?.renderLandingPage?.()
      if (!page) return
      return {
        renderLandingPage: async () => ({
          html: async () => withHelp(typeof page.html === 'string' ? page.html : await page.html()),
        }),
      }
    },
  }
}

/** Apollo's page has no such link. */
function withHelp(html: string): string {
  return html
    .replace('<title>Apollo Server</title>', '<title>Apollo Sandbox</title>')
    .replace('Welcome to Apollo Server', 'Apollo Sandbox')
    .replace(
      'Apollo Sandbox cannot be loaded; it appears that you might be offline.',
      'Apollo Sandbox needs the internet, which cannot be reached. <a href="/graphiql">GraphiQL</a> works offline.',
    )
}
