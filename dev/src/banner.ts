import { demoAccounts, demoPassword } from './embedded/accounts.ts'
import { portOf } from './stack/settings.ts'
import type { Stack } from './stack/start-stack.ts'

/** The text shown once everything runs: addresses, demo accounts and first steps. */
export function banner(stack: Stack, seconds: number): string {
  const { settings } = stack
  const base = `http://localhost:${portOf(settings, 'gateway')}`
  const mailbox = settings.embedded.mailbox
    ? `http://localhost:${portOf(settings, 'mailbox')}`
    : 'yours (SMTP_URL is set)'
  const rows = [
    ['GraphiQL', `${base}/graphiql`, 'try queries here, signed in with a demo account'],
    ['Apollo Sandbox', `${base}/graphql`, 'the same graph in Apollo’s explorer (needs the internet)'],
    ['REST', `${base}/api/docs`, 'the same over REST, with OpenAPI'],
    ['Mailbox', mailbox, 'every mail that Tikitu sends, with tickets and sign-up codes'],
    ['Web apps', `${base}/graphql`, 'pages on localhost and 127.0.0.1 can use it, on any port'],
    ['Health', `${base}/api/health`, 'the gateway and each service'],
  ]
  return [
    '',
    `  Tikitu is up, after ${seconds.toFixed(1)} s.`,
    '',
    ...rows.map(([name = '', where = '', what = '']) => `  ${name.padEnd(16)}${where.padEnd(34)}${what}`),
    '',
    ...accountLines(settings.embedded.cognito),
    '',
    '  Try now         npm run demo      in a second terminal: buys tickets from end to end, step by step',
    `  Logs, data      ${settings.stateDir}      npm run reset clears them`,
    '  Stop            Ctrl-C            your data is kept for the next start',
    '',
  ].join('\n')
}

function accountLines(isEmbedded: boolean): string[] {
  if (!isEmbedded) return ['  Sign in as      the users of your own Cognito pool (AWS_COGNITO_USER_POOL_ID is set)']
  const names = demoAccounts.map(({ email, groups }) => `${email.padEnd(26)}${groups.join(', ')}`)
  const [first = '', ...others] = names
  return [
    `  Sign in as      ${first}`,
    ...others.map((name) => `${' '.repeat(18)}${name}`),
    `  Password        ${demoPassword}`,
  ]
}
